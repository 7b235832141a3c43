//! Every reason the business has to say no. Bare values to branch on: the words belong to the
//! operation that speaks them.

/// Makes the reasons, and the list of all.
macro_rules! refusals {
    ($(#[$doc:meta])* pub enum Refusal { $($(#[$why:meta])* $name:ident,)+ }) => {
        $(#[$doc])*
        pub enum Refusal { $($(#[$why])* $name,)+ }

        impl Refusal {
            /// Every reason, in order.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

refusals! {
    /// Why a command is refused. Within a command the order of declaration is the order in which
    /// the reasons are looked at.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub enum Refusal {
        /// The token was used for another call.
        TokenReused,
        /// The account does not exist.
        NoSuchAccount,
        /// The account exists already.
        AccountExists,
        /// No such circuit for this account in this region.
        NoSuchCircuit,
        /// There was such a circuit; it is deleted.
        CircuitDeleted,
        /// The circuit is in no state for this command.
        CircuitState,
        /// The circuit has been paid for already.
        CircuitPaid,
        /// The circuit is locked.
        CircuitLocked,
        /// An unpaid order for the circuit is open.
        OrderOpen,
        /// The circuit's Letter of Authorization is not complete.
        LoaNotComplete,
        /// The circuit's Letter of Authorization, or that there is none, does not allow it.
        LoaState,
        /// The account may not have a circuit enabled without an order.
        NeedsOrder,
        /// Outbound-traffic billing is off.
        ServiceClosed,
        /// Outbound-traffic billing is on already.
        ServiceOpen,
        /// The redundant circuit is not one of the account's.
        NoSuchRedundantCircuit,
        /// The redundant circuit is in no state to be one.
        RedundantCircuitState,
        /// Too many circuits are waiting to be enabled.
        WaitingCircuitsMax,
        /// No price for this port, region and term.
        NoPrice,
        /// What was left of the circuit was given back already.
        CircuitRefunded,
        /// Nothing is left of the circuit that was paid for.
        NothingLeft,
        /// The term would end past the calendar.
        TermTooLong,
        /// An amount has more digits than its currency.
        AmountTooFine,
        /// The money would not fit in a balance.
        AmountTooLarge,
        /// No such order for this account.
        NoSuchOrder,
        /// The order is not unpaid.
        OrderNotUnpaid,
        /// The balance is too low.
        BalanceTooLow,
        /// No such resource of its type for this account in this region.
        NoSuchResource,
        /// A resource would have too many tags.
        TooManyTags,
        /// No such RAM user.
        NoSuchUser,
        /// A circuit with this id exists already.
        CircuitExists,
        /// The clock would go back.
        ClockBack,
    }
}
