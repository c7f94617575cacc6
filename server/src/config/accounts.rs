//! Policies on guests and new accounts: `MATINEE_ACCESS` and `MATINEE_SIGN_UP`.

use super::reader::Reader;
use app::protocol::{Access, SignUpMode};

/// Policies on guests and new accounts.
#[derive(Debug, Clone, Copy)]
pub struct AccountsConfig {
    /// Access to searching and watching.
    pub access: Access,
    /// Sign-up policy.
    pub sign_up: SignUpMode,
}

impl AccountsConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        Self {
            access: reader.one_of(
                "MATINEE_ACCESS",
                &[("open", Access::Open), ("accounts", Access::Accounts)],
            ),
            sign_up: reader.one_of(
                "MATINEE_SIGN_UP",
                &[
                    ("open", SignUpMode::Open),
                    ("invite", SignUpMode::Invite),
                    ("closed", SignUpMode::Closed),
                ],
            ),
        }
    }
}
