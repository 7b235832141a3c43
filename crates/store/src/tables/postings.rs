//! Postings. An account of the ledger is a customer's cash by the customer's number, or one of the
//! house's own by the number of its word, negative.

use crate::codec::{Column, Value, signed};
use crate::row::{Rows, row};
use crate::words::Words;
use domain::ledger::{LedgerAccount, Posting};

row! {
    Posting, Rows::Appended, "postings" {
        at: "at",
        debit: "debit",
        credit: "credit",
        amount: "amount",
        currency: "currency",
        balance_after: "balance_after",
        order: "order_id",
    }
}

impl Column for LedgerAccount {
    fn value(&self, words: &Words) -> Value<'_> {
        Value::Integer(match self {
            Self::Cash(customer) => signed(customer.0),
            house => words.house_number(*house),
        })
    }

    fn read(words: &Words, value: Value<'_>) -> Result<Self, String> {
        words.ledger_account(i64::read(words, value)?)
    }
}
