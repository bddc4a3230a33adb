//! Encrypted assertions: XML encryption with AES and RSA-OAEP.
//!
//! Evidence: W3C's "XML Encryption Syntax and Processing 1.1". RSAES-PKCS1-v1_5 is refused (it makes an oracle of
//! whoever decrypts), and so is 3DES.
//!
//! CBC is not authenticated, and answers that tell a wrong padding from wrong XML from a wrong signature have been
//! used to read such messages. Therefore nothing here or in what follows says which it was: `decrypted` goes on with
//! whatever bytes come out, and its caller gives one answer to everything until the inner signature has been
//! verified. A key that cannot be opened is replaced by one that opens nothing. How long it took still tells whether
//! there was a signature to look at; GCM leaves nothing to measure.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{self, DecryptingKey, DecryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
};
use roxmltree::Node;
use zeroize::Zeroizing;

use crate::saml::keys::DecryptionKey;
use crate::saml::signature::{bytes, decoded};
use crate::saml::xml::{self, ENCRYPTION, SIGNATURE};

const ENCRYPTION_1_1: &str = "http://www.w3.org/2009/xmlenc11#";
const BLOCK: usize = 16;
const NONCE: usize = 12;

/// How the content is encrypted.
#[derive(Clone, Copy)]
enum Content {
    Cbc(&'static cipher::Algorithm),
    Gcm(&'static aead::Algorithm),
}

impl Content {
    fn of(identifier: &str) -> Option<(Self, usize)> {
        Some(match identifier {
            "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => (Self::Cbc(&cipher::AES_128), 16),
            "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => (Self::Cbc(&cipher::AES_192), 24),
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => (Self::Cbc(&cipher::AES_256), 32),
            "http://www.w3.org/2009/xmlenc11#aes128-gcm" => (Self::Gcm(&aead::AES_128_GCM), 16),
            "http://www.w3.org/2009/xmlenc11#aes192-gcm" => (Self::Gcm(&aead::AES_192_GCM), 24),
            "http://www.w3.org/2009/xmlenc11#aes256-gcm" => (Self::Gcm(&aead::AES_256_GCM), 32),
            _ => return None,
        })
    }
}

/// What an `EncryptedAssertion` contains, wrapped in an element that declares the namespaces of the place where it
/// stood: encryption takes the element out without them.
pub(super) fn decrypted(encrypted: Node<'_, '_>, keys: &[DecryptionKey]) -> Result<String, &'static str> {
    let data = xml::only(encrypted, ENCRYPTION, "EncryptedData")?;
    let (content, key_bytes) = algorithm(data)?;
    let wrapped = encrypted_key(encrypted, data)?;
    let session_key = session_key(wrapped, key_bytes, keys)?;
    let cipher_text = cipher_value(data)?;
    let plain = match content {
        Content::Cbc(algorithm) => cbc(algorithm, &session_key, cipher_text)?,
        Content::Gcm(algorithm) => gcm(algorithm, &session_key, cipher_text)?,
    };
    let plain = String::from_utf8_lossy(&plain);
    Ok(in_context(encrypted, &plain))
}

fn algorithm(data: Node<'_, '_>) -> Result<(Content, usize), &'static str> {
    xml::attribute(xml::only(data, ENCRYPTION, "EncryptionMethod")?, "Algorithm")
        .and_then(Content::of)
        .ok_or("an encryption that is not accepted")
}

/// The one encrypted key, which stands beside the data or in its `KeyInfo`.
fn encrypted_key<'a, 'input>(
    encrypted: Node<'a, 'input>,
    data: Node<'a, 'input>,
) -> Result<Node<'a, 'input>, &'static str> {
    let beside = xml::at_most_one(encrypted, ENCRYPTION, "EncryptedKey")?;
    let inside = match xml::at_most_one(data, SIGNATURE, "KeyInfo")? {
        Some(information) => xml::at_most_one(information, ENCRYPTION, "EncryptedKey")?,
        None => None,
    };
    match (beside, inside) {
        (Some(key), None) | (None, Some(key)) => Ok(key),
        _ => Err("there must be one encrypted key"),
    }
}

/// The key of the content. If none of ours opens it, one of zeros, so that the work that follows is the same.
fn session_key(
    wrapped: Node<'_, '_>,
    key_bytes: usize,
    keys: &[DecryptionKey],
) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let method = xml::only(wrapped, ENCRYPTION, "EncryptionMethod")?;
    let algorithm = oaep(method)?;
    let label = match xml::at_most_one(method, ENCRYPTION, "OAEPparams")? {
        Some(label) => Some(bytes(label)?),
        None => None,
    };
    let wrapped = cipher_value(wrapped)?;
    let mut opened = Zeroizing::new(vec![0; key_bytes]);
    for key in keys {
        let mut buffer = Zeroizing::new(vec![0; key.rsa().min_output_size()]);
        let plain = key
            .rsa()
            .decrypt(algorithm, &wrapped, &mut buffer, label.as_deref());
        if let Ok(plain) = plain
            && plain.len() == key_bytes
        {
            opened.copy_from_slice(plain);
        }
    }
    Ok(opened)
}

fn oaep(method: Node<'_, '_>) -> Result<&'static OaepAlgorithm, &'static str> {
    const REFUSED: &str = "a transport of keys that is not accepted";
    let identifier = xml::attribute(method, "Algorithm").unwrap_or_default();
    let digest = xml::at_most_one(method, SIGNATURE, "DigestMethod")?
        .and_then(|node| xml::attribute(node, "Algorithm"));
    let digest = digest.unwrap_or("http://www.w3.org/2000/09/xmldsig#sha1");
    let mask =
        xml::at_most_one(method, ENCRYPTION_1_1, "MGF")?.and_then(|node| xml::attribute(node, "Algorithm"));
    let mask = match identifier {
        "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p" if mask.is_none() => "mgf1sha1",
        "http://www.w3.org/2009/xmlenc11#rsa-oaep" => match mask {
            None => "mgf1sha1",
            Some(mask) => mask.strip_prefix(ENCRYPTION_1_1).ok_or(REFUSED)?,
        },
        _ => return Err(REFUSED),
    };
    Ok(match (digest, mask) {
        ("http://www.w3.org/2000/09/xmldsig#sha1", "mgf1sha1") => &OAEP_SHA1_MGF1SHA1,
        ("http://www.w3.org/2001/04/xmlenc#sha256", "mgf1sha256") => &OAEP_SHA256_MGF1SHA256,
        ("http://www.w3.org/2001/04/xmldsig-more#sha384", "mgf1sha384") => &OAEP_SHA384_MGF1SHA384,
        ("http://www.w3.org/2001/04/xmlenc#sha512", "mgf1sha512") => &OAEP_SHA512_MGF1SHA512,
        _ => return Err(REFUSED),
    })
}

fn cipher_value(node: Node<'_, '_>) -> Result<Vec<u8>, &'static str> {
    let data = xml::only(node, ENCRYPTION, "CipherData")?;
    let value = xml::text(xml::only(data, ENCRYPTION, "CipherValue")?)?;
    decoded(value).ok_or("not base64")
}

/// The last byte says how many bytes at the end are padding; what the others are, nobody says. If it makes no sense,
/// nothing is cut off.
fn cbc(
    algorithm: &'static cipher::Algorithm,
    key: &[u8],
    mut cipher_text: Vec<u8>,
) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    const REFUSED: &str = "encrypted content that is no content";
    if cipher_text.len() < 2 * BLOCK || !cipher_text.len().is_multiple_of(BLOCK) {
        return Err(REFUSED);
    }
    let blocks = cipher_text.split_off(BLOCK);
    let vector = FixedLength::<BLOCK>::try_from(cipher_text.as_slice()).map_err(|_| REFUSED)?;
    let mut plain = Zeroizing::new(blocks);
    UnboundCipherKey::new(algorithm, key)
        .and_then(DecryptingKey::cbc)
        .and_then(|key| {
            key.decrypt(&mut plain, DecryptionContext::Iv128(vector))
                .map(|_| ())
        })
        .map_err(|_| REFUSED)?;
    let padding = plain.last().map_or(0, |last| usize::from(*last));
    if (1..=BLOCK).contains(&padding) {
        let length = plain.len().saturating_sub(padding);
        plain.truncate(length);
    }
    Ok(plain)
}

fn gcm(
    algorithm: &'static aead::Algorithm,
    key: &[u8],
    mut cipher_text: Vec<u8>,
) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    const REFUSED: &str = "encrypted content that is no content";
    if cipher_text.len() < NONCE {
        return Err(REFUSED);
    }
    let mut sealed = Zeroizing::new(cipher_text.split_off(NONCE));
    let nonce = Nonce::try_assume_unique_for_key(&cipher_text).map_err(|_| REFUSED)?;
    let key = UnboundKey::new(algorithm, key)
        .map(LessSafeKey::new)
        .map_err(|_| REFUSED)?;
    let length = key
        .open_in_place(nonce, Aad::empty(), &mut sealed)
        .map_err(|_| REFUSED)?
        .len();
    sealed.truncate(length);
    Ok(sealed)
}

fn in_context(encrypted: Node<'_, '_>, plain: &str) -> String {
    let mut out = String::with_capacity(plain.len() + 512);
    out.push_str("<decrypted");
    for namespace in encrypted
        .namespaces()
        .filter(|namespace| namespace.name() != Some("xml"))
    {
        out.push_str(" xmlns");
        if let Some(prefix) = namespace.name() {
            out.push(':');
            out.push_str(prefix);
        }
        out.push_str("=\"");
        out.push_str(
            &namespace
                .uri()
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('"', "&quot;"),
        );
        out.push('"');
    }
    out.push('>');
    out.push_str(plain);
    out.push_str("</decrypted>");
    out
}
