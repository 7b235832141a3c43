//! GetCallerIdentity: who the server takes the caller for.

use crate::answer::{Field, request_id, text};
use crate::check::{Caller, Input};
use crate::does::Answers;
use crate::edition::ALL;
use crate::error::Invalid;
use crate::example::answers;
use crate::operation::{Operation, STS, operation};
use domain::AccountId;

/// `RoleId` is absent: nobody speaks for a role.
static ANSWER: &[Field<Caller>] = &[
    request_id(),
    text("IdentityType", "The type of the identity.", |caller: &Caller, _| {
        if caller.user.is_some() { "RAMUser" } else { "Account" }.into()
    })
    .example("Account"),
    text("AccountId", "The ID of the account.", |caller: &Caller, _| {
        caller.account.to_string().into()
    })
    .example("196813200012****"),
    text("UserId", "The ID of the user.", |caller: &Caller, _| number(caller).into())
        .example("216959339000****"),
    text("PrincipalId", "The ID of the principal.", |caller: &Caller, _| number(caller).into())
        .example("28877424437521****"),
    text("Arn", "The ARN of the identity.", |caller: &Caller, _| {
        let account = caller.account;
        match &caller.user {
            None => format!("acs:ram::{account}:root").into(),
            Some(name) => format!("acs:ram::{account}:user/{name}").into(),
        }
    })
    .example("acs:ram::196813200012****:root"),
];

/// GetCallerIdentity. SOURCE: wire dossier 6 (it needs no permission).
pub static OPERATION: Operation =
    operation(&STS, "GetCallerIdentity", &Answers { makes: caller, answer: ANSWER })
        .summary("Queries the identity of the caller.")
        .directory("Identity")
        .open_to_all()
        .examples(
            &[],
            "",
            &[answers(
                "An account's own key",
                ALL,
                "",
                "RequestId=*&IdentityType=Account&AccountId=*&UserId=*&PrincipalId=*\
                     &Arn=*",
            )],
        );

fn caller(input: &Input) -> Result<Caller, Invalid> {
    Ok(input.caller.clone())
}

fn number(caller: &Caller) -> String {
    let number = match &caller.user {
        None => caller.account.0,
        Some(name) => user_number(caller.account, name),
    };
    number.to_string()
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
