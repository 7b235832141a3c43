//! QueryBillOverview: what a month came to, by product and type.

use super::query_bill::{
    ALIKE, AMOUNTS, BILL_OWNER_ID, BILLING_CYCLE, ERRORS, ORDERED, OTHER_OWNER, PAYER, PRODUCT,
    TAXED, USED, asks, month,
};
use super::query_orders::{PAID, PRODUCT_CODE, PRODUCT_TYPE, SUBSCRIPTION_TYPE, envelope};
use crate::answer::{Field, Made, list, object, these};
use crate::does::Lists;
use crate::edition::{ALL, E2022, until};
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use domain::statement::{Item, sums};

/// QueryBillOverview.
/// SOURCE: billing dossier 1.8, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "QueryBillOverview", &Lists { asks, answer: ANSWER })
        .summary("Queries what a month came to, by product and type.")
        .directory("Bills")
        .parameters(&[
            &BILLING_CYCLE.spec,
            &PRODUCT_CODE.spec,
            &PRODUCT_TYPE.spec,
            &SUBSCRIPTION_TYPE.spec,
            &BILL_OWNER_ID.spec,
        ])
        .ram_aliases(&["bssapi:QueryBill"]) // SOURCE: billing dossier 1.1.
        .errors(ERRORS)
        .assumed(&[ALIKE, "orders, bills and refunds are each a row"])
        .examples(
            PAID,
            "BillingCycle=2026-11",
            &[
                answers(
                    "An order that was paid",
                    ALL,
                    "ProductCode=pconn&SubscriptionType=Subscription",
                    "Code=Success&Message=Successful!&Success=true&RequestId=*\
                     &Data.BillingCycle=2026-11&Data.AccountID=*\
                     &Data.Items.Item.0.Item=SubscriptionOrder\
                     &Data.Items.Item.0.PretaxAmount=85.00\
                     &Data.Items.Item.0.PaymentAmount=85.00\
                     &Data.Items.Item.0.BillAccountID=*",
                ),
                answers(
                    "What was used",
                    until(E2022),
                    "",
                    "Data.Items.Item.0.Item=PayAsYouGoBill\
                     &Data.Items.Item.0.PretaxAmount=25.50",
                )
                .after(USED),
                answers("Another month", ALL, "BillingCycle=2018-07", "Data.BillingCycle=2018-07"),
                answers("Another type of product", ALL, "ProductType=rds", "Success=true"),
                refuses("Another's", ALL, "BillOwnerId=1234", &OTHER_OWNER),
            ],
        );

static ANSWER: &[Field<Vec<Item>>] = &envelope(&[
    these(&month()),
    object(
        "Items",
        "The sums.",
        &[list(
            "Item",
            "The sums.",
            &Made {
                of: |items: &Vec<Item>, _| sums(items, |item| item.kind),
                fields: &[
                    these(TAXED),
                    these(ORDERED),
                    these(PRODUCT),
                    these(AMOUNTS),
                    these(PAYER),
                ],
            },
        )],
    ),
]);
