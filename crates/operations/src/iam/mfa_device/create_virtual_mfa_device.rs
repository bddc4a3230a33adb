//! CreateVirtualMFADevice. The only answer that ever carries the seed; the account keeps it sealed. The device is
//! nobody's until it is enabled. Decided on the ARN that it will have.

use data_encoding::BASE32;
use lanyard_access::{SEED_BYTES, SecondFactors};
use lanyard_aws_api::Sensitive;
use lanyard_aws_api::iam::{
    self, CreateVirtualMFADeviceInput, CreateVirtualMFADeviceOutput, VirtualMFADevice,
};
use lanyard_directory::{NewMfaDevice, SealedSecret};
use lanyard_names::{EntityPath, MfaDeviceName, arn};
use zeroize::Zeroizing;

use super::picture;
use super::tag_mfa_device::TagMFADevice;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::{parameter, shapes};
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct CreateVirtualMFADevice;

/// A new seed, sealed and as an authenticator takes it.
pub(crate) struct Seed {
    sealed: Vec<u8>,
    base32: Zeroizing<Vec<u8>>,
    picture: Zeroizing<Vec<u8>>,
}

impl Described for CreateVirtualMFADevice {
    type Model = iam::CreateVirtualMFADevice;

    fn subject(input: &CreateVirtualMFADeviceInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let arn = placed("mfa", input.path.as_deref(), &input.virtual_mfa_device_name, view);
        let create = Ask::on(Self::ACTION, arn, view);
        Ok(Subject::creation(
            create,
            TagMFADevice::ACTION,
            input.tags.as_deref(),
        ))
    }
}

impl PreparedWrite for CreateVirtualMFADevice {
    type Prepared = Seed;

    async fn prepare(
        input: &CreateVirtualMFADeviceInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Seed, Refusal> {
        let (name, path) = placing(input)?;
        let account = view.account.id();
        let serial = arn::mfa_device(account, &path, &name);
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        getrandom::fill(seed.as_mut()).map_err(Refusal::failure)?;
        let base32 = Zeroizing::new(BASE32.encode(seed.as_ref()));
        let address = Zeroizing::new(picture::address(name.as_str(), account, &base32));
        let sealed = services
            .vault
            .seal(SecondFactors::place(account, &serial), seed.as_ref());
        Ok(Seed {
            sealed: sealed.map_err(Refusal::failure)?,
            base32: Zeroizing::new(base32.as_bytes().to_vec()),
            picture: Zeroizing::new(picture::png(&address).unwrap_or_default()),
        })
    }

    fn run(
        input: &CreateVirtualMFADeviceInput,
        seed: &Seed,
        change: &mut Change<'_>,
    ) -> Result<CreateVirtualMFADeviceOutput, Refusal> {
        let (name, path) = placing(input)?;
        let device = change.edit.create_mfa_device(NewMfaDevice {
            name,
            path,
            seed: SealedSecret::new(seed.sealed.clone()),
            created: change.now,
            tags: tags::given(input.tags.as_deref())?,
        })?;
        Ok(CreateVirtualMFADeviceOutput {
            virtual_mfa_device: VirtualMFADevice {
                serial_number: device.serial.to_string(),
                base32_string_seed: Some(Sensitive::new(seed.base32.to_vec())),
                qr_code_png: Some(Sensitive::new(seed.picture.to_vec())),
                user: None,
                enable_date: None,
                tags: shapes::given_tags(input.tags.as_deref()),
            },
        })
    }
}

fn placing(input: &CreateVirtualMFADeviceInput) -> Result<(MfaDeviceName, EntityPath), Refusal> {
    let name = MfaDeviceName::parse(&input.virtual_mfa_device_name)
        .map_err(|_| Refusal::validation("The specified value for virtualMFADeviceName is invalid."))?;
    Ok((name, parameter::path(input.path.as_deref(), EntityPath::parse)?))
}
