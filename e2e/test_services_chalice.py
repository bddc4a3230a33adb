"""AWS Chalice, unchanged: it makes a role here, passes it to a function behind the gateway, and sets its hours."""

import json
import os
import subprocess
import sys
from pathlib import Path

from conftest import HOME
from harness.identity import REGION
from harness.policies import allow, document, trust

APPLICATION = """from chalice import Chalice, Rate

app = Chalice(app_name="shop")


@app.schedule(Rate(1, unit=Rate.HOURS))
def tidy(event):
    pass
"""
ROLE = f"arn:aws:iam::{HOME}:role/shop-dev"
FUNCTION = f"arn:aws:lambda:{REGION}:{HOME}:function:shop-dev-tidy"
RULE = f"arn:aws:events:{REGION}:{HOME}:rule/shop-dev-tidy-event"
PASS = allow("iam:PassRole", ROLE, StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})
# What it needs besides; other roles, functions and rules are out of its reach.
NEEDED = (
    allow(["iam:GetRole", "iam:CreateRole", "iam:PutRolePolicy"], ROLE),
    allow(["iam:DeleteRole", "iam:ListRolePolicies", "iam:DeleteRolePolicy"], ROLE),
    allow(
        ["lambda:CreateFunction", "lambda:TagResource", "lambda:GetFunction", "lambda:DeleteFunction"],
        FUNCTION,
    ),
    allow(
        [
            "lambda:GetPolicy",
            "lambda:AddPermission",
            "lambda:RemovePermission",
            "lambda:DeleteFunctionConcurrency",
        ],
        FUNCTION,
    ),
    allow(["events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:DeleteRule"], RULE),
)


def chalice(caller, home: Path, command: str) -> subprocess.CompletedProcess:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [str(Path(sys.executable).parent / "chalice"), command],
        cwd=home / "shop",
        env=inherited | caller.environment() | {"HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_an_application_is_deployed_by_who_may_pass_its_role(services, home, tmp_path):
    settings = tmp_path / "shop/.chalice/config.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"version": "2.0", "app_name": "shop", "stages": {"dev": {}}}))
    (tmp_path / "shop/app.py").write_text(APPLICATION)
    (tmp_path / "shop/requirements.txt").touch()
    # moto's IAM is not Lanyard's: the role is there, too, for its checks.
    by_lambda = trust({"Service": "lambda.amazonaws.com"})
    services.moto.owner.iam.create_role(RoleName="shop-dev", AssumeRolePolicyDocument=by_lambda)
    deployer = home.user("chalice", *NEEDED)

    done = chalice(deployer, tmp_path, "deploy")
    said = f"{deployer.arn} is not authorized to perform: iam:PassRole on resource: {ROLE}"
    assert done.returncode != 0, done.stdout
    # It breaks its lines where it likes.
    assert "".join(said.split()) in "".join(done.stderr.split()), done.stderr

    home.iam.put_user_policy(UserName="chalice", PolicyName="own", PolicyDocument=document(*NEEDED, PASS))
    done = chalice(deployer, tmp_path, "deploy")
    assert done.returncode == 0, done.stderr
    assert f"Lambda ARN: {FUNCTION}" in done.stdout
    made = home.root.client("lambda").get_function(FunctionName="shop-dev-tidy")["Configuration"]
    assert made["Role"] == home.iam.get_role(RoleName="shop-dev")["Role"]["Arn"] == ROLE
    (target,) = home.root.client("events").list_targets_by_rule(Rule="shop-dev-tidy-event")["Targets"]
    assert target["Arn"] == FUNCTION

    done = chalice(deployer, tmp_path, "delete")
    assert done.returncode == 0, done.stderr
    assert "shop-dev" not in [role["RoleName"] for role in home.iam.list_roles()["Roles"]]
