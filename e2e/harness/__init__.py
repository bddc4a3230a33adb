"""What the tests share: a running server, accounts in it, and ways to speak to it.

Nothing here knows what is right; that stands in the tests.
"""
