//! Encoding, whole answers at a time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use jiff::Timestamp;
use lanyard_aws_api::iam::{
    AccessKey, CreateAccessKey, CreateAccessKeyOutput, CreateVirtualMFADevice, CreateVirtualMFADeviceOutput,
    DeleteUser, GetAccountSummary, GetAccountSummaryOutput, GetRole, GetRoleOutput, ListUsers,
    ListUsersOutput, Role, RoleLastUsed, StatusType, SummaryKeyType, Tag, UpdateRole, UpdateRoleOutput, User,
    VirtualMFADevice,
};
use lanyard_aws_api::query::{Namespace, encode, encode_error};
use lanyard_aws_api::sts::{GetCallerIdentity, GetCallerIdentityOutput};
use lanyard_aws_api::{ErrorCode, Operation, Sensitive, Service};
use proptest::prelude::*;

const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// `result` is what stands before the metadata.
fn check<O: Operation>(output: &O::Output, result: &str) {
    let name = O::ID.name();
    let expected = format!(
        "<{name}Response xmlns=\"{}\">\n{result}  <ResponseMetadata>\n    <RequestId>{REQUEST_ID}</RequestId>\n  \
         </ResponseMetadata>\n</{name}Response>\n",
        O::ID.service().xml_namespace()
    );
    let encoded = String::from_utf8(encode::<O>(output, REQUEST_ID)).unwrap();
    assert_eq!(encoded, expected);
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn alice() -> User {
    User {
        path: "/".into(),
        user_name: "alice".into(),
        user_id: "AIDAIOSFODNN7EXAMPLE1".into(),
        arn: "arn:aws:iam::123456789012:user/alice".into(),
        create_date: time("2025-03-06T12:24:44.987Z"),
        ..User::default()
    }
}

/// Layout as AWS STS answers. Evidence: probes against AWS, July 2026.
#[test]
fn an_answer_is_laid_out_as_by_aws() {
    let output = GetCallerIdentityOutput {
        user_id: Some("AIDAIOSFODNN7EXAMPLE1".into()),
        account: Some("123456789012".into()),
        arn: Some("arn:aws:iam::123456789012:user/alice".into()),
    };
    check::<GetCallerIdentity>(
        &output,
        "  <GetCallerIdentityResult>
    <UserId>AIDAIOSFODNN7EXAMPLE1</UserId>
    <Account>123456789012</Account>
    <Arn>arn:aws:iam::123456789012:user/alice</Arn>
  </GetCallerIdentityResult>
",
    );
}

#[test]
fn absent_members_leave_no_element_and_empty_lists_an_empty_one() {
    let mut bob = alice();
    bob.user_name = "bob".into();
    bob.tags = Some(vec![Tag {
        key: "a".into(),
        value: "<&>\"'".into(),
    }]);
    bob.password_last_used = Some(time("2025-01-02T03:04:05Z"));
    let output = ListUsersOutput {
        users: vec![alice(), bob],
        is_truncated: Some(false),
        marker: None,
    };
    check::<ListUsers>(
        &output,
        "  <ListUsersResult>
    <Users>
      <member>
        <Path>/</Path>
        <UserName>alice</UserName>
        <UserId>AIDAIOSFODNN7EXAMPLE1</UserId>
        <Arn>arn:aws:iam::123456789012:user/alice</Arn>
        <CreateDate>2025-03-06T12:24:44Z</CreateDate>
      </member>
      <member>
        <Path>/</Path>
        <UserName>bob</UserName>
        <UserId>AIDAIOSFODNN7EXAMPLE1</UserId>
        <Arn>arn:aws:iam::123456789012:user/alice</Arn>
        <CreateDate>2025-03-06T12:24:44Z</CreateDate>
        <PasswordLastUsed>2025-01-02T03:04:05Z</PasswordLastUsed>
        <Tags>
          <member>
            <Key>a</Key>
            <Value>&lt;&amp;&gt;&quot;'</Value>
          </member>
        </Tags>
      </member>
    </Users>
    <IsTruncated>false</IsTruncated>
  </ListUsersResult>
",
    );
    let nobody = ListUsersOutput {
        is_truncated: Some(false),
        ..ListUsersOutput::default()
    };
    check::<ListUsers>(
        &nobody,
        "  <ListUsersResult>
    <Users/>
    <IsTruncated>false</IsTruncated>
  </ListUsersResult>
",
    );
}

#[test]
fn an_operation_without_output_has_no_result() {
    check::<DeleteUser>(&(), "");
    check::<UpdateRole>(&UpdateRoleOutput {}, "  <UpdateRoleResult/>\n");
}

#[test]
fn an_empty_structure_is_an_empty_element() {
    let role = Role {
        role_name: "r".into(),
        create_date: time("2025-03-06T12:24:44Z"),
        role_last_used: Some(RoleLastUsed::default()),
        max_session_duration: Some(3600),
        ..Role::default()
    };
    check::<GetRole>(
        &GetRoleOutput { role },
        "  <GetRoleResult>
    <Role>
      <Path></Path>
      <RoleName>r</RoleName>
      <RoleId></RoleId>
      <Arn></Arn>
      <CreateDate>2025-03-06T12:24:44Z</CreateDate>
      <MaxSessionDuration>3600</MaxSessionDuration>
      <RoleLastUsed/>
    </Role>
  </GetRoleResult>
",
    );
}

#[test]
fn maps_have_entries() {
    let output = GetAccountSummaryOutput {
        summary_map: Some(vec![
            (SummaryKeyType::Users, 1),
            (SummaryKeyType::UsersQuota, 5000),
        ]),
    };
    check::<GetAccountSummary>(
        &output,
        "  <GetAccountSummaryResult>
    <SummaryMap>
      <entry>
        <key>Users</key>
        <value>1</value>
      </entry>
      <entry>
        <key>UsersQuota</key>
        <value>5000</value>
      </entry>
    </SummaryMap>
  </GetAccountSummaryResult>
",
    );
}

#[test]
fn secrets_reach_the_wire_and_nothing_else() {
    let access_key = AccessKey {
        user_name: "alice".into(),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        status: StatusType::Active,
        secret_access_key: Sensitive::new("wJalrXUtnFEMI/K7MDENG".into()),
        create_date: None,
    };
    let output = CreateAccessKeyOutput { access_key };
    assert!(!format!("{output:?}").contains("wJalr"));
    check::<CreateAccessKey>(
        &output,
        "  <CreateAccessKeyResult>
    <AccessKey>
      <UserName>alice</UserName>
      <AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId>
      <Status>Active</Status>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG</SecretAccessKey>
    </AccessKey>
  </CreateAccessKeyResult>
",
    );
}

#[test]
fn bytes_are_base64() {
    let device = VirtualMFADevice {
        serial_number: "arn:aws:iam::123456789012:mfa/m".into(),
        base32_string_seed: Some(Sensitive::new(vec![0xfb, 0xff])),
        ..VirtualMFADevice::default()
    };
    check::<CreateVirtualMFADevice>(
        &CreateVirtualMFADeviceOutput {
            virtual_mfa_device: device,
        },
        "  <CreateVirtualMFADeviceResult>
    <VirtualMFADevice>
      <SerialNumber>arn:aws:iam::123456789012:mfa/m</SerialNumber>
      <Base32StringSeed>+/8=</Base32StringSeed>
    </VirtualMFADevice>
  </CreateVirtualMFADeviceResult>
",
    );
}

fn error(namespace: Namespace, code: ErrorCode, message: Option<&str>) -> String {
    String::from_utf8(encode_error(namespace, code, message, REQUEST_ID)).unwrap()
}

#[test]
fn an_error_names_its_fault() {
    assert_eq!(
        error(
            Namespace::Service(Service::Iam),
            ErrorCode::NO_SUCH_ENTITY,
            Some("The user with name <a> cannot be found.")
        ),
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">
  <Error>
    <Type>Sender</Type>
    <Code>NoSuchEntity</Code>
    <Message>The user with name &lt;a&gt; cannot be found.</Message>
  </Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>
"
    );
    assert_eq!(
        error(
            Namespace::Service(Service::Sts),
            ErrorCode::SERVICE_UNAVAILABLE,
            None
        ),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">
  <Error>
    <Type>Receiver</Type>
    <Code>ServiceUnavailable</Code>
  </Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>
"
    );
    assert!(
        error(Namespace::Fault, ErrorCode::INVALID_ACTION, None)
            .starts_with("<ErrorResponse xmlns=\"http://webservices.amazon.com/AWSFault/2005-15-09\">")
    );
}

/// What a reader makes of the message.
fn read_message(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut within = false;
    let mut message = String::new();
    loop {
        use quick_xml::events::Event;
        match reader.read_event().unwrap() {
            Event::Start(start) => within = start.name().as_ref() == "Message",
            Event::End(_) => within = false,
            Event::Text(text) if within => message.push_str(&text),
            Event::GeneralRef(reference) if within => match reference.resolve_char_ref().unwrap() {
                Some(letter) => message.push(letter),
                None => message.push_str(quick_xml::escape::resolve_predefined_entity(&reference).unwrap()),
            },
            Event::Eof => return message,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn any_text_comes_back_as_it_went_in(message in "\\PC*|(?s:.*)") {
        let xml = error(Namespace::Service(Service::Iam), ErrorCode::INVALID_INPUT, Some(&message));
        let expected: String = message.chars().map(|letter| match letter {
            '\t' | '\n' | '\r' => letter,
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            _ => letter,
        }).collect();
        prop_assert_eq!(read_message(&xml), expected);
    }
}
