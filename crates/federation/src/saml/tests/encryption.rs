//! Encrypted assertions. They are encrypted here as text, with the keys of a service provider.

use std::sync::LazyLock;

use aws_lc_rs::aead::{self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, AES_128, AES_192, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPublicEncryptingKey,
    Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
};

use super::{AUDIENCE, Assertion, PROVIDER, RECIPIENT, base64, now, response, trust};
use crate::saml::{DecryptionKey, DecryptionKeyError, SamlError, verify};

const OAEP: &str = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"/>";
const OAEP_256: &str = "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\">\
    <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
    <xenc11:MGF xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\" Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/>\
    </xenc:EncryptionMethod>";

struct Keys {
    private: PrivateDecryptingKey,
    pem: String,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&private).unwrap();
    let pem = pem("PRIVATE KEY", der.as_ref());
    Keys { private, pem }
});

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        base64(der)
    )
}

fn cbc(algorithm: &'static cipher::Algorithm, key: &[u8], text: &str) -> Vec<u8> {
    // The padding of XML encryption: anything, and last how much of it.
    let padding = 16 - text.len() % 16;
    let mut blocks = text.as_bytes().to_vec();
    blocks.extend(std::iter::repeat_n(0xaa, padding - 1));
    blocks.push(u8::try_from(padding).unwrap());
    let key = EncryptingKey::cbc(UnboundCipherKey::new(algorithm, key).unwrap()).unwrap();
    key.less_safe_encrypt(&mut blocks, EncryptionContext::Iv128(FixedLength::from([7; 16])))
        .unwrap();
    [vec![7; 16], blocks].concat()
}

fn gcm(algorithm: &'static aead::Algorithm, key: &[u8], text: &str) -> Vec<u8> {
    let mut sealed = text.as_bytes().to_vec();
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).unwrap());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key([7; 12]), Aad::empty(), &mut sealed)
        .unwrap();
    [vec![7; 12], sealed].concat()
}

fn wrapped(algorithm: &'static OaepAlgorithm, key: &[u8]) -> Vec<u8> {
    let public = OaepPublicEncryptingKey::new(KEYS.private.public_key()).unwrap();
    let mut out = vec![0; public.ciphertext_size()];
    public.encrypt(algorithm, key, &mut out, None).unwrap().to_vec()
}

fn encrypted(content: &str, cipher_text: &[u8], transport: &str, key: &[u8]) -> String {
    let encrypted_key = format!(
        "<xenc:EncryptedKey>{transport}<xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>",
        base64(key)
    );
    format!(
        "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"><xenc:EncryptedData \
         xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Type=\"http://www.w3.org/2001/04/xmlenc#Element\">\
         <xenc:EncryptionMethod Algorithm=\"{content}\"/><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         {encrypted_key}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedData></saml:EncryptedAssertion>",
        base64(cipher_text)
    )
}

/// AES-256 in GCM, the key by RSA-OAEP.
fn ordinary(text: &str) -> String {
    encrypted(
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        &gcm(&AES_256_GCM, &[1; 32], text),
        OAEP,
        &wrapped(&OAEP_SHA1_MGF1SHA1, &[1; 32]),
    )
}

fn verdict(message: &str, keys: &[&str], requires_encryption: bool) -> Result<String, SamlError> {
    let keys: Vec<DecryptionKey> = keys
        .iter()
        .map(|pem| DecryptionKey::from_pem(pem).unwrap())
        .collect();
    let (recipients, audiences) = (vec![RECIPIENT.to_owned()], vec![AUDIENCE.to_owned()]);
    let mut trust = trust(&PROVIDER.metadata, &recipients, &audiences, &keys);
    trust.requires_encryption = requires_encryption;
    verify(&base64(message.as_bytes()), &trust, now()).map(|assertion| assertion.subject)
}

fn signed() -> String {
    PROVIDER.signed(&Assertion::of("alice").text())
}

/// The one answer to all that is wrong within.
fn unaccepted() -> Result<String, SamlError> {
    Err(SamlError::BadSignature("the encrypted assertion is not accepted"))
}

fn check(inside: &str, expected: Result<String, SamlError>) {
    assert_eq!(
        verdict(&response(inside), &[&KEYS.pem], false),
        expected,
        "{inside}"
    );
}

#[test]
fn aes_in_both_modes_and_oaep_with_both_hashes_are_opened() {
    let text = signed();
    let alice = || Ok("alice".to_owned());
    for (name, algorithm, bytes) in [
        ("128", &AES_128, 16),
        ("192", &AES_192, 24),
        ("256", &AES_256, 32),
    ] {
        let key = vec![3; bytes];
        let content = format!("http://www.w3.org/2001/04/xmlenc#aes{name}-cbc");
        let cipher_text = cbc(algorithm, &key, &text);
        check(
            &encrypted(&content, &cipher_text, OAEP, &wrapped(&OAEP_SHA1_MGF1SHA1, &key)),
            alice(),
        );
        check(
            &encrypted(
                &content,
                &cipher_text,
                OAEP_256,
                &wrapped(&OAEP_SHA256_MGF1SHA256, &key),
            ),
            alice(),
        );
    }
    for (name, algorithm, bytes) in [
        ("128", &AES_128_GCM, 16),
        ("192", &AES_192_GCM, 24),
        ("256", &AES_256_GCM, 32),
    ] {
        let key = vec![3; bytes];
        let content = format!("http://www.w3.org/2009/xmlenc11#aes{name}-gcm");
        let cipher_text = gcm(algorithm, &key, &text);
        check(
            &encrypted(&content, &cipher_text, OAEP, &wrapped(&OAEP_SHA1_MGF1SHA1, &key)),
            alice(),
        );
    }
}

#[test]
fn the_key_may_stand_beside_the_data() {
    let inside = ordinary(&signed());
    let start = inside.find("<xenc:EncryptedKey>").unwrap();
    let end = inside.find("</ds:KeyInfo>").unwrap();
    let key = inside[start..end].replace(
        "<xenc:EncryptedKey>",
        "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\">",
    );
    let without = format!("{}{}", &inside[..start], &inside[end..]);
    check(
        &without.replace(
            "</saml:EncryptedAssertion>",
            &format!("{key}</saml:EncryptedAssertion>"),
        ),
        Ok("alice".into()),
    );
    check(&without, unaccepted());
    check(
        &inside.replace(
            "</saml:EncryptedAssertion>",
            &format!("{key}</saml:EncryptedAssertion>"),
        ),
        unaccepted(),
    );
}

#[test]
fn namespaces_from_around_the_assertion_are_known_within() {
    let text = signed().replacen(" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"", "", 1);
    check(&ordinary(&text), Ok("alice".into()));
}

#[test]
fn what_was_encrypted_must_be_one_signed_assertion() {
    let unsigned = Assertion::of("alice").text();
    let forged = Assertion::of("mallory").text();
    let nested = signed().replace("</saml:Assertion>", &format!("{forged}</saml:Assertion>"));
    for text in [
        unsigned,
        format!("{}{}", signed(), signed()),
        format!("{forged}{}", signed()),
        nested,
        format!("{}</decrypted><decrypted>", signed()),
        format!("text{}", signed()),
        signed().replace("alice", "mallory"),
        ordinary(&signed()),
        String::new(),
        "<!DOCTYPE x>".to_owned() + &signed(),
    ] {
        check(&ordinary(&text), unaccepted());
    }
}

#[test]
fn every_failure_within_has_one_answer() {
    let key = wrapped(&OAEP_SHA1_MGF1SHA1, &[1; 32]);
    let content = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
    let cipher_text = cbc(&AES_256, &[1; 32], &signed());
    check(&encrypted(content, &cipher_text, OAEP, &key), Ok("alice".into()));
    // Every byte of the vector, of the last two blocks (the padding is there), and of some in between.
    let length = cipher_text.len();
    for at in (0..16).chain(100..110).chain(length - 32..length) {
        let mut changed = cipher_text.clone();
        changed[at] ^= 1;
        let result = verdict(
            &response(&encrypted(content, &changed, OAEP, &key)),
            &[&KEYS.pem],
            false,
        );
        // A byte of the padding that is not its length says nothing.
        assert!(
            result == unaccepted() || (at >= length - 32 && result == Ok("alice".into())),
            "{at}: {result:?}"
        );
    }
    for end in [0, 15, 16, 31, 33, length - 16, length - 1] {
        check(&encrypted(content, &cipher_text[..end], OAEP, &key), unaccepted());
    }
    let mut wrong_key = key.clone();
    wrong_key[9] ^= 1;
    check(&encrypted(content, &cipher_text, OAEP, &wrong_key), unaccepted());
    check(
        &encrypted(
            content,
            &cipher_text,
            OAEP,
            &wrapped(&OAEP_SHA1_MGF1SHA1, &[1; 16]),
        ),
        unaccepted(),
    );
    check(&encrypted(content, &cipher_text, OAEP, &[]), unaccepted());
    check(&encrypted(content, &cipher_text, OAEP_256, &key), unaccepted());
}

#[test]
fn old_ciphers_are_refused() {
    let text = signed();
    let key = [1; 16];
    let public = Pkcs1PublicEncryptingKey::new(KEYS.private.public_key()).unwrap();
    let mut by_pkcs1 = vec![0; public.ciphertext_size()];
    let by_pkcs1 = public.encrypt(&key, &mut by_pkcs1).unwrap().to_vec();
    let old_transport = OAEP.replace("rsa-oaep-mgf1p", "rsa-1_5");
    let cipher_text = gcm(&AES_128_GCM, &key, &text);
    check(
        &encrypted(
            "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            &cipher_text,
            &old_transport,
            &by_pkcs1,
        ),
        unaccepted(),
    );
    check(
        &encrypted(
            "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
            &cipher_text,
            OAEP,
            &wrapped(&OAEP_SHA1_MGF1SHA1, &key),
        ),
        unaccepted(),
    );
}

#[test]
fn either_of_two_keys_opens_and_none_opens_nothing() {
    let other = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&other).unwrap();
    let other = pem("PRIVATE KEY", der.as_ref());
    let message = response(&ordinary(&signed()));
    assert_eq!(verdict(&message, &[&other, &KEYS.pem], false), Ok("alice".into()));
    assert_eq!(verdict(&message, &[&KEYS.pem, &other], true), Ok("alice".into()));
    assert_eq!(verdict(&message, &[&other], false), unaccepted());
    assert_eq!(verdict(&message, &[], false), unaccepted());
}

#[test]
fn where_encryption_is_required_nothing_else_will_do() {
    let message = response(&signed());
    assert_eq!(
        verdict(&message, &[&KEYS.pem], true),
        Err(SamlError::NotEncrypted)
    );
    assert_eq!(verdict(&message, &[&KEYS.pem], false), Ok("alice".into()));
}

#[test]
fn private_keys_come_in_both_wrappings() {
    let read = |pem: &str| DecryptionKey::from_pem(pem).map(|_| ());
    assert_eq!(read(&KEYS.pem), Ok(()));
    // PKCS #8 ends with PKCS #1, after 26 bytes of head for keys of this size.
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&KEYS.private).unwrap();
    let inner = der.as_ref()[26..].to_vec();
    assert_eq!(read(&pem("RSA PRIVATE KEY", &inner)), Ok(()));
    for wrong in [
        "",
        "nonsense",
        &pem("RSA PRIVATE KEY", b"x"),
        &pem("EC PRIVATE KEY", &inner),
        &pem("ENCRYPTED PRIVATE KEY", &inner),
    ] {
        assert_eq!(read(wrong), Err(DecryptionKeyError::Malformed), "{wrong}");
    }
    assert_eq!(
        format!("{:?}", DecryptionKey::from_pem(&KEYS.pem).unwrap()),
        "DecryptionKey"
    );
}
