//! Stories told to the business alone: no store, no wire, time moved by hand.

mod accounts;
mod books;
mod books_of_bills;
mod books_of_circuits;
mod books_of_routers;
mod calls;
mod checks;
mod circuits;
mod drafts;
mod histories;
mod macsec;
mod metered;
mod orders;
mod prices;
mod prints;
mod purchases;
mod queries;
mod quotes;
mod rig;
mod routers;
mod setups;
mod states;
mod subscriptions;
mod tags;
mod tokens;
mod worlds;
