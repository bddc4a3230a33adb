"""What the tests share: a running server, accounts in it, and ways to speak to it.

Nothing here knows what is right; that stands in the tests.
"""

import os

# With it botocore signs and sums by other code than most people run. Only its login provider cannot do without, and
# the tests of that switch it on where they need it.
os.environ["BOTO_DISABLE_CRT"] = "true"
