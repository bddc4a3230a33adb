//! A directory in memory with one account, for tests that run edits and look at what comes of them.

use std::cell::Cell;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{
    Account, AccountEdit, Directory, DirectoryError, NewAccessKey, NewAccount, NewGroup, NewPolicy, NewRole,
    NewUser, SealedSecret, Tag, WriteError,
};
use lanyard_names::{
    AccessKeyId, AccountId, EntityPath, GroupName, IdKind, InlinePolicyName, KeyKind, ManagedPolicyName,
    PolicyArn, RoleName, TagKey, TagValue, UniqueId, UserName,
};
use lanyard_store::{Engine, MemoryEngine};

pub const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
pub const DENY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
pub const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
pub const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

pub struct World {
    pub engine: Arc<MemoryEngine>,
    pub directory: Directory,
    pub id: AccountId,
    runtime: tokio::runtime::Runtime,
    drawn: Cell<u64>,
}

pub fn account_id(number: u64) -> AccountId {
    AccountId::from_u64(number).unwrap()
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub fn trust(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

pub fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse(value).unwrap(),
    }
}

pub fn inline(name: &str) -> InlinePolicyName {
    InlinePolicyName::parse(name).unwrap()
}

pub fn user_name(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

pub fn policy_arn(text: &str) -> PolicyArn {
    PolicyArn::parse(text).unwrap()
}

/// An allowing policy with this many characters that are no white space.
pub fn policy_of_size(size: usize) -> String {
    let base = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:","Resource":"*"}]}"#;
    let text = ALLOW.replace("s3:*", &format!("s3:{}", "A".repeat(size - base.len())));
    assert_eq!(text.len(), size);
    text
}

impl World {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let engine = Arc::new(MemoryEngine::new());
        let directory = runtime
            .block_on(Directory::open(Arc::clone(&engine) as Arc<dyn Engine>))
            .unwrap();
        let world = Self {
            engine,
            directory,
            id: account_id(111_122_223_333),
            runtime,
            drawn: Cell::new(0),
        };
        world.create_account(world.id);
        world
    }

    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub fn create_account(&self, id: AccountId) {
        let new = NewAccount {
            id,
            name: "test".into(),
            created: at(0),
        };
        self.block_on(
            self.directory
                .create_account(new, |_| Ok::<_, DirectoryError>(((), Vec::new()))),
        )
        .unwrap();
    }

    pub fn edit_in<T>(
        &self,
        id: AccountId,
        mut change: impl FnMut(&mut AccountEdit) -> Result<T, DirectoryError>,
    ) -> Result<T, DirectoryError> {
        match self.block_on(self.directory.write(id, |edit| Ok((change(edit)?, Vec::new())))) {
            Ok(written) => Ok(written.output),
            Err(WriteError::Refused(refusal)) => Err(refusal),
            Err(other) => panic!("{other}"),
        }
    }

    pub fn edit<T>(
        &self,
        change: impl FnMut(&mut AccountEdit) -> Result<T, DirectoryError>,
    ) -> Result<T, DirectoryError> {
        self.edit_in(self.id, change)
    }

    pub fn account_of(&self, id: AccountId) -> Arc<Account> {
        self.block_on(self.directory.account(id)).unwrap().unwrap()
    }

    pub fn account(&self) -> Arc<Account> {
        self.account_of(self.id)
    }

    /// The account as a program that starts now reads it.
    pub fn reloaded(&self) -> Arc<Account> {
        let engine = Arc::clone(&self.engine) as Arc<dyn Engine>;
        self.block_on(async {
            let directory = Directory::open(engine).await.unwrap();
            directory.account(self.id).await.unwrap().unwrap()
        })
    }

    pub fn draw(&self, kind: IdKind) -> UniqueId {
        UniqueId::from_entropy(kind, u128::from(self.next()).to_be_bytes())
    }

    pub fn draw_key(&self) -> AccessKeyId {
        AccessKeyId::from_entropy(KeyKind::LongTerm, self.id, self.next())
    }

    fn next(&self) -> u64 {
        self.drawn.set(self.drawn.get() + 1);
        self.drawn.get()
    }

    pub fn new_user(&self, name: &str) -> NewUser {
        NewUser {
            id: self.draw(IdKind::User),
            name: user_name(name),
            path: EntityPath::default(),
            created: at(1),
            tags: Vec::new(),
            boundary: None,
        }
    }

    pub fn new_group(&self, name: &str) -> NewGroup {
        NewGroup {
            id: self.draw(IdKind::Group),
            name: GroupName::parse(name).unwrap(),
            path: EntityPath::default(),
            created: at(1),
        }
    }

    pub fn new_role(&self, name: &str, trust: &str) -> NewRole {
        NewRole {
            id: self.draw(IdKind::Role),
            name: RoleName::parse(name).unwrap(),
            path: EntityPath::default(),
            created: at(1),
            trust: trust.into(),
            description: None,
            session_seconds_max: None,
            tags: Vec::new(),
            boundary: None,
        }
    }

    pub fn new_policy(&self, name: &str, text: &str) -> NewPolicy {
        NewPolicy {
            id: self.draw(IdKind::ManagedPolicy),
            name: ManagedPolicyName::parse(name).unwrap(),
            path: EntityPath::default(),
            created: at(1),
            text: text.into(),
            description: None,
            tags: Vec::new(),
        }
    }

    pub fn new_key(&self) -> NewAccessKey {
        NewAccessKey {
            id: self.draw_key(),
            secret: SealedSecret::new(*b"sealed"),
            created: at(1),
        }
    }

    pub fn own_policy(&self, name: &str) -> PolicyArn {
        policy_arn(&format!("arn:aws:iam::{}:policy/{name}", self.id))
    }
}
