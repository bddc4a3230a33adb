//! ListAccountAliases: none or one.

use lanyard_aws_api::iam::{self, ListAccountAliasesInput, ListAccountAliasesOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListAccountAliases;

impl Described for ListAccountAliases {
    type Model = iam::ListAccountAliases;

    fn subject(_: &ListAccountAliasesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for ListAccountAliases {
    fn run(input: &ListAccountAliasesInput, view: &View<'_>) -> Result<ListAccountAliasesOutput, Refusal> {
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let alias = view
            .account
            .info()
            .alias
            .iter()
            .map(|alias| alias.as_str().to_owned());
        let paged = page.cut_sorted(alias, Clone::clone);
        Ok(ListAccountAliasesOutput {
            is_truncated: Some(paged.is_truncated()),
            account_aliases: paged.items,
            marker: paged.marker,
        })
    }
}
