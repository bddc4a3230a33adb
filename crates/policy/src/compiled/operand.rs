//! What principals and the values of conditions are compared with.

use lanyard_names::{AccountId, IdKind, UniqueId};

use super::build::{Builder, offset, run, sub};
use super::{Bindings, Condition, Operand, OperandTest, PrincipalEntry, PrincipalTest, Str};
use crate::document::{self, Document, PrincipalKind};
use crate::fold;
use crate::operator::{Comparison, Operator};
use crate::value::{self, Instant, Net, Number};

impl Builder {
    pub(super) fn principal(
        &mut self,
        kind: PrincipalKind,
        text: &str,
        bindings: Option<&Bindings>,
    ) -> PrincipalEntry {
        let test = match kind {
            PrincipalKind::Everyone => PrincipalTest::Everyone,
            PrincipalKind::Aws => self.aws_principal(text, bindings),
            PrincipalKind::Service if !text.contains('*') => PrincipalTest::Service,
            PrincipalKind::Federated if !text.contains('*') => PrincipalTest::Federated,
            PrincipalKind::Service | PrincipalKind::Federated | PrincipalKind::CanonicalUser => {
                PrincipalTest::Unclear
            }
        };
        let text = self.put(text);
        PrincipalEntry { text, test }
    }

    fn aws_principal(&mut self, text: &str, bindings: Option<&Bindings>) -> PrincipalTest {
        if text == "*" {
            return PrincipalTest::Everyone;
        }
        if let Ok(account) = AccountId::parse(text) {
            return PrincipalTest::Account(account);
        }
        if let Ok(id) = UniqueId::parse(text) {
            return match id.kind() {
                IdKind::User | IdKind::Role => self.id(id),
                _ => PrincipalTest::Unclear,
            };
        }
        let Some(["arn", _, service, "", account, resource]) = super::arn_fields(text) else {
            return PrincipalTest::Unclear;
        };
        let Ok(account) = AccountId::parse(account) else {
            return PrincipalTest::Unclear;
        };
        let kind = resource.split('/').next().unwrap_or_default();
        match (service, kind, bindings) {
            _ if text.contains(['*', '?']) => PrincipalTest::Unclear,
            ("iam", "root", _) if resource == "root" => PrincipalTest::Account(account),
            ("iam", "user" | "role", None) => PrincipalTest::Arn,
            ("iam", "user" | "role", Some(bindings)) => match bindings.get(text) {
                Some(id) => self.id(id),
                None => PrincipalTest::Unbound,
            },
            ("sts", "assumed-role" | "federated-user", _) => PrincipalTest::Arn,
            _ => PrincipalTest::Unclear,
        }
    }

    fn id(&mut self, id: UniqueId) -> PrincipalTest {
        self.ids.push(id);
        PrincipalTest::Id(offset(self.ids.len() - 1))
    }

    pub(super) fn condition(&mut self, document: &Document, condition: &document::Condition) -> Condition {
        let key = document.resolve(&condition.key);
        let hash = fold::hash_of_key(key);
        let key = self.put(key);
        let start = self.operands.len();
        for value in condition.values.of(&document.values) {
            let text = document.resolve(value);
            let stored = self.put(text);
            let test = self.operand(condition.operator, text, stored);
            self.operands.push(Operand { text: stored, test });
        }
        Condition {
            hash,
            key,
            operands: run(start, self.operands.len()),
            operator: condition.operator,
        }
    }

    fn operand(&mut self, operator: Operator, text: &str, stored: Str) -> OperandTest {
        let read = match operator.comparison {
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase => Some(OperandTest::Text(
                self.pattern(text, stored, 0, self.syntax(false)),
            )),
            Comparison::StringLike => Some(OperandTest::Text(self.pattern(
                text,
                stored,
                0,
                self.syntax(true),
            ))),
            Comparison::Arn { .. } => Some(OperandTest::Arn(self.arn(text, stored, true))),
            Comparison::Numeric(_) => match Number::parse(text) {
                Some(number) => Some(OperandTest::Number(self.wide(number.0))),
                None if value::is_undocumented_number(text) => Some(OperandTest::Unclear),
                None => value::compare_decimals(text, text).map(|_| OperandTest::LongNumber),
            },
            Comparison::Date(_) => Instant::parse(text).map(|instant| OperandTest::Instant {
                at: self.wide(instant.0),
                documented: value::is_documented_date(text),
            }),
            Comparison::Bool if self.syntax(false).has_variable(text) => Some(OperandTest::Unclear),
            // Evidence: recorded decisions of AWS: whatever is not `true` is `false`.
            Comparison::Bool | Comparison::Null => Some(OperandTest::Bool(text.eq_ignore_ascii_case("true"))),
            Comparison::Binary => {
                value::base64_body(text).map(|body| OperandTest::Base64(sub(stored, 0, body.len())))
            }
            Comparison::IpAddress => match Net::parse(text) {
                Some(Net::V4 { bits, prefix }) => Some(OperandTest::NetV4 { bits, prefix }),
                Some(Net::V6 { bits, prefix }) => Some(OperandTest::NetV6 {
                    bits: self.wide(bits.cast_signed()),
                    prefix,
                }),
                None if value::is_odd_net(text) => Some(OperandTest::Unclear),
                None => None,
            },
        };
        read.unwrap_or(OperandTest::Unreadable)
    }

    fn wide(&mut self, value: i128) -> u32 {
        self.wide.push(value);
        offset(self.wide.len() - 1)
    }
}
