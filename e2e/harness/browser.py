"""A browser without scripts: keeps cookies, fills in forms, and says where it is sent."""

import urllib.parse
from html.parser import HTMLParser

import requests


class Page(HTMLParser):
    """What a page shows: its forms with their fields, and its text."""

    def __init__(self, response: requests.Response):
        super().__init__()
        self.status = response.status_code
        self.headers = response.headers
        self.url = response.url
        self.location = response.headers.get("Location")
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(response.text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.forms.append((found["action"], {}))
        elif tag == "input":
            self.forms[-1][1][found["name"]] = found.get("value") or ""

    def handle_data(self, data):
        self.words.append(data)


class Browser:
    def __init__(self, endpoint: str):
        self.endpoint = endpoint
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, target: str) -> Page:
        url = urllib.parse.urljoin(self.endpoint, target)
        return Page(self.session.get(url, allow_redirects=False, timeout=30))

    def submit(self, page: Page, form: int = 0, **fields: str) -> Page:
        """Sends a form of a page, with what is filled in."""
        action, values = page.forms[form]
        url = urllib.parse.urljoin(page.url, action)
        answer = self.session.post(url, data=values | fields, allow_redirects=False, timeout=30)
        return Page(answer)

    def sign_in(
        self, account: str, user: str, password: str, code: str = "", page: Page | None = None
    ) -> Page:
        page = page or self.get("/v1/sign-in")
        return self.submit(page, account=account, user=user, password=password, code=code)
