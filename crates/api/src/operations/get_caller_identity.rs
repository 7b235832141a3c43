//! GetCallerIdentity: who the server takes the caller for.

use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Invalid, Operation, STS, Told, answered, read, text};
use domain::AccountId;
use wire::Node;

/// GetCallerIdentity. SOURCE: wire dossier 6 (it needs no permission).
pub static OPERATION: Operation = read(&STS, "GetCallerIdentity")
    .summary("Queries the identity of the caller.")
    .open_to_all()
    .tells(tells)
    .examples(&[answered(
        "An account's own key",
        ALL,
        &[],
        &[],
        &[
            ("RequestId", "*"),
            ("IdentityType", "Account"),
            ("AccountId", "*"),
            ("UserId", "*"),
            ("PrincipalId", "*"),
            ("Arn", "*"),
        ],
    )]);

/// `RoleId` is absent: nobody speaks for a role.
fn tells(input: &Input, _: Told) -> Result<Node, Invalid> {
    let account = input.caller.account;
    let (kind, number, name) = match &input.caller.user {
        None => ("Account", account.0, "root".to_owned()),
        Some(name) => ("RAMUser", user_number(account, name), format!("user/{name}")),
    };
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("IdentityType", text(kind)),
        ("AccountId", text(account.to_string())),
        ("UserId", text(number.to_string())),
        ("PrincipalId", text(number.to_string())),
        ("Arn", text(format!("acs:ram::{account}:{name}"))),
    ]))
}

/// The number of a RAM user: 18 digits that follow from the account and the name, so they are the
/// same in every answer and after every restart.
/// SOURCE: wire dossier 6 (a sample has 18 digits, of which the first is 2). ASSUMED: the rest.
pub fn user_number(account: AccountId, name: &str) -> u64 {
    const FNV_BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    const FNV_PRIME: u64 = 0x0000_0100_0000_01B3;
    let bytes = account.0.to_be_bytes().into_iter().chain(name.bytes());
    let mark = bytes.fold(FNV_BASIS, |mark, byte| (mark ^ u64::from(byte)).wrapping_mul(FNV_PRIME));
    200_000_000_000_000_000 + mark % 100_000_000_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_number_is_its_own_and_has_18_digits() {
        let (one, two) = (AccountId(1_000_000_000_000_001), AccountId(1_000_000_000_000_002));
        let numbers =
            [user_number(one, "alice"), user_number(one, "bob"), user_number(two, "alice")];
        assert!(numbers.iter().all(|number| number.to_string().len() == 18));
        assert_ne!(numbers[0], numbers[1]);
        assert_ne!(numbers[0], numbers[2]);
        assert_eq!(numbers[0], user_number(one, "alice"));
    }
}
