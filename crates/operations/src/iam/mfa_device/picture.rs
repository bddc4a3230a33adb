//! The picture that sets up an authenticator: a QR code of the device's `otpauth` address, as a PNG.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use lanyard_names::AccountId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::{Color, EcLevel, QrCode};

/// How many pixels a module of the code is wide and high.
const MODULE_PIXELS: usize = 5;
/// How many modules of white are around it, as the standard asks for.
const QUIET_MODULES: usize = 4;
const ISSUER: &str = "Amazon Web Services";

/// What is escaped in a part of the address.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'@');

/// The address that an authenticator reads: whose codes, and the seed in base32.
/// Evidence: the public API reference of `VirtualMFADevice`, and what AWS's own codes say of their issuer, by which
/// authenticators show the code.
pub(crate) fn address(name: &str, account: AccountId, seed: &str) -> String {
    let escaped = |text| utf8_percent_encode(text, PART);
    let (issuer, name) = (escaped(ISSUER), escaped(name));
    format!("otpauth://totp/{issuer}:{name}@{account}?secret={seed}&issuer={issuer}")
}

/// The QR code of a text, as a PNG in shades of grey; `None` for a text that is too long for one.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let modules = code.width();
    let side = modules
        .checked_add(2 * QUIET_MODULES)?
        .checked_mul(MODULE_PIXELS)?;
    let colors = code.to_colors();
    let is_dark = |x: usize, y: usize| {
        let place = |pixel: usize| (pixel / MODULE_PIXELS).checked_sub(QUIET_MODULES);
        match (place(x), place(y)) {
            (Some(x), Some(y)) if x < modules && y < modules => {
                colors.get(y * modules + x).copied() == Some(Color::Dark)
            }
            _ => false,
        }
    };
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::default());
    for y in 0..side {
        let row = (0..side).map(|x| if is_dark(x, y) { 0x00 } else { 0xff });
        // Each row begins with its filter: none.
        let row: Vec<u8> = std::iter::once(0).chain(row).collect();
        pixels.write_all(&row).ok()?;
    }
    let pixels = pixels.finish().ok()?;

    let side = u32::try_from(side).ok()?.to_be_bytes();
    // Eight bits of grey a pixel, and the only methods of compression, filtering and interlacing there are.
    let header = [side.as_slice(), side.as_slice(), &[8, 0, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header)?;
    chunk(&mut png, b"IDAT", &pixels)?;
    chunk(&mut png, b"IEND", &[])?;
    Some(png)
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) -> Option<()> {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    png.extend_from_slice(&u32::try_from(data.len()).ok()?.to_be_bytes());
    png.extend_from_slice(kind);
    png.extend_from_slice(data);
    png.extend_from_slice(&sum.sum().to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn the_address_names_device_and_account() {
        let account = AccountId::parse("123456789012").unwrap();
        assert_eq!(
            address("bob+phone", account, "MFRGG"),
            "otpauth://totp/Amazon%20Web%20Services:bob%2Bphone@123456789012?secret=MFRGG\
             &issuer=Amazon%20Web%20Services"
        );
    }

    #[test]
    fn the_picture_is_a_square_png() {
        let png = png("otpauth://totp/a?secret=MFRGG").unwrap();
        assert_eq!(png.get(..8), Some(b"\x89PNG\r\n\x1a\n".as_slice()));
        // A code of 29 modules, and four of white on either side.
        let side = (29 + 8) * 5_u32;
        assert_eq!(png.get(16..20), Some(side.to_be_bytes().as_slice()));
        assert_eq!(png.get(20..24), Some(side.to_be_bytes().as_slice()));
        assert_eq!(
            png.get(png.len() - 4..),
            Some(0xae42_6082_u32.to_be_bytes().as_slice())
        );
    }

    #[test]
    fn the_picture_is_read_as_what_was_written() {
        let account = AccountId::parse("123456789012").unwrap();
        let address = address("phone", account, &"MFRGGZDF".repeat(8));
        let png = png(&address).unwrap();
        let side = usize::try_from(u32::from_be_bytes(png[16..20].try_into().unwrap())).unwrap();
        // The pixels stand between the header's chunk and the end's.
        let packed = &png[8 + 25 + 8..png.len() - 12 - 4];
        let mut pixels = Vec::new();
        ZlibDecoder::new(packed).read_to_end(&mut pixels).unwrap();
        let mut seen =
            rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * (side + 1) + 1 + x]);
        let codes = seen.detect_grids();
        assert_eq!(codes.len(), 1);
        assert_eq!(codes[0].decode().unwrap().1, address);
    }

    #[test]
    fn what_does_not_fit_has_no_picture() {
        assert_eq!(png(&"a".repeat(10_000)), None);
    }
}
