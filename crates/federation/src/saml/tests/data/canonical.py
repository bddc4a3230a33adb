"""Writes canonical.tsv: small documents at random, and what lxml makes of them by exclusive canonicalization.

Run by hand, with lxml as in e2e/requirements.txt, when the table should grow; the same seed gives the same table.
A line has the place of the element (a path of child numbers), the prefixes, the document and the canonical form; in
the last two, backslash, tab, line feed and carriage return are escaped.
"""

import random
import sys

from lxml import etree

PREFIXES = ["a", "b", "ds", "saml"]
# None with an ampersand: libxml2 does not escape it in namespaces, as it should.
SPACES = ["urn:one", "urn:two", "http://x/y?z"]
TEXTS = ["", "text", " \n ", "&amp;&lt;&gt;", "&#xD;", "\t", "'\"", "é&#x1F600;", "a&#xA;b", "]]&gt;", "&#9;"]
VALUES = ["", "v", "a &amp; b", "&lt;'>", "&quot;", "&#xD;&#xA;&#x9;", "tab\there", "line\nbreak", "é", " two  spaces "]


def quoted(text, chance):
    if '"' in text or (chance.random() < 0.3 and "'" not in text):
        return "'" + text + "'"
    return '"' + text + '"'


def element(chance, depth, scope):
    scope = dict(scope)
    declarations, attributes = [], []
    for prefix in ["", *PREFIXES]:
        if chance.random() < 0.3:
            space = chance.choice(SPACES)
            if prefix == "" and chance.random() < 0.3:
                space = ""
            scope[prefix] = space
            declarations.append((f"xmlns:{prefix}" if prefix else "xmlns") + "=" + quoted(space, chance))
    known = [prefix for prefix in scope if prefix and scope[prefix]]
    used = set()
    for name in chance.sample(["id", "z", "A", "type", "lang"], chance.randrange(4)):
        prefix = chance.choice(["", "", *known])
        if name == "lang":
            prefix = "xml"
        if (scope.get(prefix) if prefix else None, name) in used:
            continue
        used.add((scope.get(prefix) if prefix else None, name))
        qualified = f"{prefix}:{name}" if prefix else name
        gap = chance.choice(["", " ", "\n "])
        attributes.append(qualified + gap + "=" + gap + quoted(chance.choice(VALUES), chance))
    prefix = chance.choice(["", *known])
    name = chance.choice(["e", "Long.Name-1", "é"])
    name = f"{prefix}:{name}" if prefix else name
    head = declarations + attributes
    chance.shuffle(head)
    start = "<" + name + "".join(chance.choice([" ", "\n", "  "]) + part for part in head)
    start += chance.choice(["", " "])
    if depth == 0 or chance.random() < 0.1:
        return start + "/>" if chance.random() < 0.5 else f"{start}></{name}>"
    inside = ""
    for _ in range(chance.randrange(1, 4)):
        inside += chance.choice(TEXTS) + element(chance, depth - 1, scope)
    return start + ">" + inside + chance.choice(TEXTS) + f"</{name}>"


def escaped(text):
    for character, name in [("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")]:
        text = text.replace(character, name)
    return text


def main():
    chance = random.Random(2026)
    lines = []
    while len(lines) < 400:
        text = element(chance, chance.randrange(4), {})
        if len(text) > 700:
            continue
        node = etree.fromstring(text.encode())
        path = []
        # Not #default, which lxml does not pass on.
        prefixes = chance.sample(PREFIXES, chance.randrange(3))
        # lxml takes an element out of its document first, and with it what only the prefixes would keep.
        while not prefixes and len(node) and chance.random() < 0.6:
            path.append(chance.randrange(len(node)))
            node = node[path[-1]]
        form = etree.tostring(node, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes or None, with_tail=False)
        lines.append("\t".join([".".join(map(str, path)), " ".join(prefixes), escaped(text), escaped(form.decode())]))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
