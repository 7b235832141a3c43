//! The table of commands: what can be done, one line each. A command's file in `commands/` holds
//! all that it is; here it gets its place among the others and, if callers can give it, its word in
//! the store, never to be changed, and the type of what it comes to.
//!
//! Commands are data, so they can be logged, fingerprinted, replayed and shrunk.

use crate::id::AccountId;
use crate::kind::Kind;
use crate::print::{Fingerprint, Print};
#[cfg(test)]
use crate::receipt::Outcome;
use crate::receipt::{
    AppliedFor, Comes, Done, DoneForAnOrder, GroupMade, Hosting, Origin, Placed, RouterMade,
    SetAppliedFor, SetUp,
};
use crate::rule::Rule;
use crate::time::Timestamp;

// Each with its path: the mutation check finds no file that a module around it leads to.
#[path = "commands/amend_circuit.rs"]
mod amend_circuit;
#[path = "commands/amend_hosted_circuit.rs"]
mod amend_hosted_circuit;
#[path = "commands/amend_router.rs"]
mod amend_router;
#[path = "commands/apply_for_circuit.rs"]
mod apply_for_circuit;
#[path = "commands/apply_for_circuits.rs"]
mod apply_for_circuits;
#[path = "commands/apply_for_letter.rs"]
mod apply_for_letter;
#[path = "commands/apply_for_letter_again.rs"]
mod apply_for_letter_again;
#[path = "commands/associate_circuit.rs"]
mod associate_circuit;
#[path = "commands/associate_macsec_key.rs"]
mod associate_macsec_key;
#[path = "commands/cancel_circuit.rs"]
mod cancel_circuit;
#[path = "commands/cancel_order.rs"]
mod cancel_order;
#[path = "commands/carrier_event.rs"]
mod carrier_event;
#[path = "commands/change_resource_group.rs"]
mod change_resource_group;
#[path = "commands/confirm_circuit.rs"]
mod confirm_circuit;
#[path = "commands/delete_circuit.rs"]
mod delete_circuit;
#[path = "commands/delete_router.rs"]
mod delete_router;
#[path = "commands/delete_router_group.rs"]
mod delete_router_group;
#[path = "commands/disassociate_macsec_key.rs"]
mod disassociate_macsec_key;
#[path = "commands/enable_circuit.rs"]
mod enable_circuit;
#[path = "commands/fail_macsec_key.rs"]
mod fail_macsec_key;
#[path = "commands/fill.rs"]
mod fill;
#[path = "commands/finish_group.rs"]
mod finish_group;
#[path = "commands/finish_router.rs"]
mod finish_router;
#[path = "commands/give_circuits.rs"]
mod give_circuits;
#[path = "commands/grant_routers.rs"]
mod grant_routers;
#[path = "commands/host_circuit.rs"]
mod host_circuit;
#[path = "commands/host_router.rs"]
mod host_router;
#[path = "commands/load_prices.rs"]
mod load_prices;
#[path = "commands/make_router.rs"]
mod make_router;
#[path = "commands/make_router_group.rs"]
mod make_router_group;
#[path = "commands/move_clock.rs"]
mod move_clock;
#[path = "commands/move_router.rs"]
mod move_router;
#[path = "commands/open_account.rs"]
mod open_account;
#[path = "commands/open_service.rs"]
mod open_service;
#[path = "commands/pay_order.rs"]
mod pay_order;
#[path = "commands/pay_own_order.rs"]
mod pay_own_order;
#[path = "commands/place_occupancy_order.rs"]
mod place_occupancy_order;
#[path = "commands/place_setup_order.rs"]
mod place_setup_order;
#[path = "commands/put_key.rs"]
mod put_key;
#[path = "commands/put_user.rs"]
mod put_user;
#[path = "commands/recover_circuit.rs"]
mod recover_circuit;
#[path = "commands/recover_router.rs"]
mod recover_router;
#[path = "commands/refund_circuit.rs"]
mod refund_circuit;
#[path = "commands/renew_circuit.rs"]
mod renew_circuit;
#[path = "commands/report_line.rs"]
mod report_line;
#[path = "commands/reset.rs"]
mod reset;
#[path = "commands/revoke_routers.rs"]
mod revoke_routers;
#[path = "commands/set_renewal.rs"]
mod set_renewal;
#[path = "commands/set_router_bandwidth.rs"]
mod set_router_bandwidth;
#[path = "commands/tag_resources.rs"]
mod tag_resources;
#[path = "commands/terminate_circuit.rs"]
mod terminate_circuit;
#[path = "commands/terminate_router.rs"]
mod terminate_router;
#[path = "commands/top_up.rs"]
mod top_up;
#[path = "commands/unassociate_circuit.rs"]
mod unassociate_circuit;
#[path = "commands/untag_resources.rs"]
mod untag_resources;
#[path = "commands/wake.rs"]
mod wake;

pub use amend_circuit::{Amendment, DownDelay};
pub use amend_router::{AssociationAmendment, RouterAmendment};
pub use apply_for_circuits::{OfSet, SET_MAX};
pub use place_occupancy_order::Shortfall;

/// Makes the commands and their kinds from the table.
macro_rules! commands {
    (
        of callers { $($file:ident::$name:ident = $word:literal comes to $comes:ident,)+ }
        of the operator { $($own_file:ident::$own:ident,)+ }
    ) => {
        $(pub use $file::$name;)+
        $(pub use $own_file::$own;)+

        /// Something to be done.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Command {
            $(#[doc = concat!("Of callers: [`", stringify!($name), "`].")] $name($name),)+
            $(#[doc = concat!("Of the operator: [`", stringify!($own), "`].")] $own($own),)+
        }

        $(impl From<$name> for Command {
            fn from(command: $name) -> Self {
                Self::$name(command)
            }
        })+

        $(impl Change for $name {
            type Comes = $comes;
        })+

        $(impl From<$own> for Command {
            fn from(command: $own) -> Self {
                Self::$own(command)
            }
        })+

        /// The place of each command of callers in the table.
        #[derive(Clone, Copy)]
        #[expect(clippy::enum_variant_names, reason = "they are the commands' own names")]
        enum Place {
            $($name,)+
        }

        $(impl $name {
            /// What receipts call it.
            pub const KIND: Kind = Kind::new(Place::$name as u8, $word);
        })+

        /// Every kind of command that callers give, each at its place.
        pub const KINDS: &[Kind] = &[$($name::KIND),+];

        /// What commands are called, in the order of the table.
        #[cfg(test)]
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name),)+ $(stringify!($own),)+];

        /// What is not compared of two calls with one token, by command.
        #[cfg(test)]
        pub(crate) const NOT_COMPARED: &[(&str, &[&str])] =
            &[$((stringify!($name), $name::NOT_COMPARED),)+];

        impl Command {
            /// What it is called.
            #[cfg(test)]
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)+
                    $(Self::$own(_) => stringify!($own),)+
                }
            }

            /// Whether it may come to this: an outcome of its own kind.
            #[cfg(test)]
            pub(crate) fn may_come_to(&self, outcome: Outcome) -> bool {
                match self {
                    $(Self::$name(_) => <$comes>::of(outcome).is_some(),)+
                    $(Self::$own(_) => true,)+
                }
            }

            /// Its own part of a decision.
            pub fn rule(&self) -> &dyn Rule {
                match self {
                    $(Self::$name(command) => command,)+
                    $(Self::$own(command) => command,)+
                }
            }

            /// Its kind, if callers can give it.
            pub fn kind(&self) -> Option<Kind> {
                match self {
                    $(Self::$name(_) => Some($name::KIND),)+
                    $(Self::$own(_) => None,)+
                }
            }

            /// What two calls with one token must have in common, if callers can give it.
            pub fn fingerprint(&self) -> Option<u128> {
                match self {
                    $(Self::$name(command) => Some(print_of($name::KIND, command)),)+
                    $(Self::$own(_) => None,)+
                }
            }
        }
    };
}

commands! {
    of callers {
        open_service::OpenService = "open_service" comes to Done,
        apply_for_circuit::ApplyForCircuit = "apply_for_circuit" comes to AppliedFor,
        confirm_circuit::ConfirmCircuit = "confirm_circuit" comes to Done,
        place_occupancy_order::PlaceOccupancyOrder = "place_occupancy_order" comes to Placed,
        amend_circuit::AmendCircuit = "amend_circuit" comes to Done,
        terminate_circuit::TerminateCircuit = "terminate_circuit" comes to Done,
        delete_circuit::DeleteCircuit = "delete_circuit" comes to Done,
        cancel_order::CancelOrder = "cancel_order" comes to Placed,
        renew_circuit::RenewCircuit = "renew_circuit" comes to Placed,
        set_renewal::SetRenewal = "set_renewal" comes to Done,
        pay_own_order::PayOwnOrder = "pay_own_order" comes to Placed,
        refund_circuit::RefundCircuit = "refund_circuit" comes to Placed,
        cancel_circuit::CancelCircuit = "cancel_circuit" comes to Done,
        enable_circuit::EnableCircuit = "enable_circuit" comes to DoneForAnOrder,
        apply_for_letter::ApplyForLetter = "apply_for_letter" comes to Done,
        apply_for_letter_again::ApplyForLetterAgain = "apply_for_letter_again" comes to Done,
        report_line::ReportLine = "report_line" comes to Done,
        tag_resources::TagResources = "tag_resources" comes to Done,
        untag_resources::UntagResources = "untag_resources" comes to Done,
        make_router::MakeRouter = "make_router" comes to RouterMade,
        amend_router::AmendRouter = "amend_router" comes to Done,
        set_router_bandwidth::SetRouterBandwidth = "set_router_bandwidth" comes to Done,
        terminate_router::TerminateRouter = "terminate_router" comes to Done,
        recover_router::RecoverRouter = "recover_router" comes to Done,
        delete_router::DeleteRouter = "delete_router" comes to Done,
        associate_circuit::AssociateCircuit = "associate_circuit" comes to Done,
        unassociate_circuit::UnassociateCircuit = "unassociate_circuit" comes to Done,
        make_router_group::MakeRouterGroup = "make_router_group" comes to GroupMade,
        delete_router_group::DeleteRouterGroup = "delete_router_group" comes to Done,
        grant_routers::GrantRouters = "grant_routers" comes to Done,
        revoke_routers::RevokeRouters = "revoke_routers" comes to Done,
        change_resource_group::ChangeResourceGroup = "change_resource_group" comes to Done,
        associate_macsec_key::AssociateMacsecKey = "associate_macsec_key" comes to Done,
        disassociate_macsec_key::DisassociateMacsecKey = "disassociate_macsec_key" comes to Done,
        place_setup_order::PlaceSetupOrder = "place_setup_order" comes to SetUp,
        apply_for_circuits::ApplyForCircuits = "apply_for_circuits" comes to SetAppliedFor,
        host_circuit::HostCircuit = "host_circuit" comes to Hosting,
        amend_hosted_circuit::AmendHostedCircuit = "amend_hosted_circuit" comes to DoneForAnOrder,
        host_router::HostRouter = "host_router" comes to Hosting,
        move_router::MoveRouter = "move_router" comes to Done,
        recover_circuit::RecoverCircuit = "recover_circuit" comes to Done,
    }
    of the operator {
        open_account::OpenAccount,
        top_up::TopUp,
        pay_order::PayOrder,
        give_circuits::GiveCircuits,
        carrier_event::CarrierEvent,
        finish_router::FinishRouter,
        finish_group::FinishGroup,
        fail_macsec_key::FailMacsecKey,
        load_prices::LoadPrices,
        put_user::PutUser,
        put_key::PutKey,
        move_clock::MoveClock,
        fill::Fill,
        reset::Reset,
        wake::Wake,
    }
}

/// A command of callers, and what it comes to when it is accepted.
pub trait Change: Into<Command> {
    /// What it comes to.
    type Comes: Comes;
}

fn print_of(kind: Kind, command: &impl Print) -> u128 {
    let mut print = Fingerprint::new();
    print.text(kind.text());
    command.print(&mut print);
    print.finish()
}

/// A command with all it needs to be decided: when, whose call it was, and one draw of chance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// When it was made, by the wall.
    pub wall: Timestamp,
    /// Chance, drawn once.
    pub seed: u128,
    /// The call it came from; `None` for the operator of the world and for time itself.
    pub origin: Option<Origin>,
    /// What is to be done.
    pub command: Command,
}

impl Proposal {
    /// Who called, if anybody did.
    pub fn caller(&self) -> Option<AccountId> {
        self.origin.as_ref().map(|origin| origin.account)
    }
}
