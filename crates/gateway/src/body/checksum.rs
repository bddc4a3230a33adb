//! The checksums that a header or a trailer can carry.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};
use crc_fast::{CrcAlgorithm, Digest};
use data_encoding::BASE64;
use md5::{Digest as _, Md5};

/// One of S3's checksum algorithms.
///
/// Evidence: the S3 user guide's page on checking object integrity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChecksumAlgorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
    Sha512,
    Md5,
}

impl ChecksumAlgorithm {
    pub(super) const ALL: [Self; 7] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
    ];

    /// The algorithm of a header.
    pub(super) fn of_header(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.header().eq_ignore_ascii_case(name))
    }

    /// The header that carries the checksum.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
            Self::Md5 => "x-amz-checksum-md5",
        }
    }

    /// How long the header's value is.
    pub(super) fn value_length(self) -> usize {
        BASE64.encode_len(self.length())
    }

    /// How many bytes the checksum has.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
            Self::Md5 => 16,
        }
    }

    pub(super) fn start(self) -> Checksum {
        match self {
            Self::Crc32 => Checksum::Short(Digest::new(CrcAlgorithm::Crc32IsoHdlc)),
            Self::Crc32c => Checksum::Short(Digest::new(CrcAlgorithm::Crc32Iscsi)),
            Self::Crc64Nvme => Checksum::Long(Digest::new(CrcAlgorithm::Crc64Nvme)),
            Self::Sha1 => Checksum::Hash(Context::new(&SHA1_FOR_LEGACY_USE_ONLY)),
            Self::Sha256 => Checksum::Hash(Context::new(&SHA256)),
            Self::Sha512 => Checksum::Hash(Context::new(&SHA512)),
            Self::Md5 => Checksum::Md5(Md5::new()),
        }
    }
}

/// A checksum that is being computed.
pub(super) enum Checksum {
    /// 32 bits.
    Short(Digest),
    /// 64 bits.
    Long(Digest),
    Hash(Context),
    Md5(Md5),
}

impl Checksum {
    pub(super) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Short(digest) | Self::Long(digest) => digest.update(data),
            Self::Hash(context) => context.update(data),
            Self::Md5(hash) => md5::Digest::update(hash, data),
        }
    }

    /// The value as it stands in the header.
    pub(super) fn finish(self) -> String {
        match self {
            // A checksum of 32 bits is the lower half of what is returned.
            Self::Short(digest) => {
                let [_, _, _, _, value @ ..] = digest.finalize().to_be_bytes();
                BASE64.encode(&value)
            }
            Self::Long(digest) => BASE64.encode(&digest.finalize().to_be_bytes()),
            Self::Hash(context) => BASE64.encode(context.finish().as_ref()),
            Self::Md5(hash) => BASE64.encode(&hash.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the public catalogue of CRC algorithms, and the first test vectors of the hashes.
    #[test]
    fn the_checksums_are_the_ones_of_their_standards() {
        for (algorithm, text, hexadecimal) in [
            (ChecksumAlgorithm::Crc32, "123456789", "cbf43926"),
            (ChecksumAlgorithm::Crc32c, "123456789", "e3069283"),
            (ChecksumAlgorithm::Crc64Nvme, "123456789", "ae8b14860a799888"),
            (
                ChecksumAlgorithm::Sha1,
                "abc",
                "a9993e364706816aba3e25717850c26c9cd0d89d",
            ),
            (
                ChecksumAlgorithm::Sha256,
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                ChecksumAlgorithm::Sha512,
                "abc",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                 2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
            (ChecksumAlgorithm::Md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
        ] {
            let mut checksum = algorithm.start();
            let (first, second) = text.split_at(1);
            checksum.update(first.as_bytes());
            checksum.update(second.as_bytes());
            let value = checksum.finish();
            let bytes = data_encoding::HEXLOWER.decode(hexadecimal.as_bytes()).unwrap();
            assert_eq!(value, BASE64.encode(&bytes), "{algorithm:?}");
            assert_eq!(value.len(), algorithm.value_length());
            assert_eq!(ChecksumAlgorithm::of_header(algorithm.header()), Some(algorithm));
        }
    }
}
