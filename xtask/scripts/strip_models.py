#!/usr/bin/env python3
"""Make models/iam.json, models/sts.json and models/s3.json from a botocore wheel.

    python3 xtask/scripts/strip_models.py path/to/botocore-VERSION-py3-none-any.whl

Get the wheel with `pip download --no-deps botocore`. Only facts are kept:
prose (documentation, deprecation notices, examples) is dropped, and each file
records where it came from, so that it can be made again and compared.
Python 3 standard library only.
"""

import gzip
import hashlib
import json
import pathlib
import re
import sys
import zipfile

SERVICES = {"iam": "iam/2010-05-08", "sts": "sts/2011-06-15", "s3": "s3/2006-03-01"}
PROSE = {"documentation", "deprecated", "deprecatedMessage", "deprecatedSince"}


def read(wheel, path):
    """A model file, which botocore ships either plain or gzipped."""
    names = set(wheel.namelist())
    if path + ".gz" in names:
        return gzip.decompress(wheel.read(path + ".gz"))
    return wheel.read(path)


def without_prose(value, inside_names=False):
    """`value` without prose. Under `members`, `shapes` and `operations` the
    keys are names given by AWS, one of which could be called like a prose key."""
    if isinstance(value, dict):
        return {
            key: without_prose(item, key in ("members", "shapes", "operations", "pagination"))
            for key, item in value.items()
            if inside_names or key not in PROSE
        }
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    return value


def main(wheel_path):
    wheel_path = pathlib.Path(wheel_path)
    version = re.fullmatch(r"botocore-([0-9.]+)-py3-none-any\.whl", wheel_path.name)
    if not version:
        sys.exit(f"{wheel_path.name} is not named like a botocore wheel")
    wheel_sha256 = hashlib.sha256(wheel_path.read_bytes()).hexdigest()
    target = pathlib.Path(__file__).resolve().parents[2] / "models"
    target.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel_path) as wheel:
        for service, folder in SERVICES.items():
            base = f"botocore/data/{folder}"
            model_bytes = read(wheel, f"{base}/service-2.json")
            model = without_prose(json.loads(model_bytes))
            pagination = json.loads(read(wheel, f"{base}/paginators-1.json"))["pagination"]
            stripped = {
                "source": {
                    "package": "botocore",
                    "version": version.group(1),
                    "wheel_sha256": wheel_sha256,
                    "path": f"{base}/service-2.json",
                    "sha256": hashlib.sha256(model_bytes).hexdigest(),
                    "licence": "Apache-2.0",
                    "made_by": "xtask/scripts/strip_models.py",
                },
                "metadata": model["metadata"],
                "operations": model["operations"],
                "shapes": model["shapes"],
                "pagination": pagination,
            }
            text = json.dumps(stripped, indent=1, ensure_ascii=True)
            (target / f"{service}.json").write_text(text + "\n")
            print(f"models/{service}.json: {len(model['operations'])} operations")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
