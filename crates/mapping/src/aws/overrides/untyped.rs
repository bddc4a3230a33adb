//! What AWS names as the resource of actions for which the catalogue has none.
//!
//! To AWS, such an action is not asked on nothing: a policy can name what is written here, and a Deny on it denies.
//!
//! Evidence: denials of AWS that users quote, of SNS's mobile pushes and messages to telephones, of nine listing or
//! reading operations of the others. Of Systems Manager five were seen, all alike.

use crate::aws::call::Scope;

/// The prefix of the action, its name or `*` for every one, and what stands behind region and account.
const KNOWN: [(&str, &str, &str); 14] = [
    ("cloudformation", "ListStacks", "stack/*/*"),
    ("cognito-identity", "ListIdentityPools", "identitypool/"),
    ("dynamodb", "ListTables", "table/*"),
    ("eks", "ListClusters", "cluster/*"),
    ("sns", "CheckIfPhoneNumberIsOptedOut", "*"),
    ("sns", "CreatePlatformApplication", "app/"),
    ("sns", "GetSMSAttributes", "*"),
    ("sns", "ListPhoneNumbersOptedOut", "*"),
    ("sns", "ListPlatformApplications", "*"),
    ("sns", "ListSubscriptions", "*"),
    ("sns", "ListTopics", "*"),
    ("sns", "OptInPhoneNumber", "*"),
    ("sns", "SetSMSAttributes", "*"),
    ("ssm", "*", "*"),
];

fn known(action: &str) -> Option<(&'static str, &'static str)> {
    let (prefix, name) = action.split_once(':')?;
    let mut known = KNOWN.iter();
    let (prefix, _, rest) =
        known.find(|(service, of, _)| *service == prefix && (*of == "*" || of.eq_ignore_ascii_case(name)))?;
    Some((prefix, rest))
}

/// The resource of an action that the catalogue has no resource for, where one is known.
pub(in crate::aws) fn resource(action: &str, scope: &Scope<'_>) -> Option<String> {
    let (prefix, rest) = known(action)?;
    let (region, account) = (scope.region, scope.account);
    Some(format!("arn:aws:{prefix}:{region}:{account}:{rest}"))
}

/// The same as a form, to be shown.
pub(in crate::aws) fn form(action: &str) -> String {
    match known(action) {
        Some((prefix, rest)) => format!("arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:{rest}"),
        None => "*".to_owned(),
    }
}
