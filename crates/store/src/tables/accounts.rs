//! Accounts.

use crate::row::{Rows, row};
use domain::account::Account;

row! {
    Account, Rows::Keyed(&["id"]), "accounts" {
        id: "id",
        currency: "currency",
        balance: "balance",
        dialect: "dialect",
        service_open: "service_open",
        waiting_circuits: "waiting_circuits",
        orderless: "orderless",
    }
}
