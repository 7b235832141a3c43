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
    /// Why a command is refused.
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
        /// The circuit is the caller's, and in another region.
        CircuitElsewhere,
        /// The circuit is another account's.
        OthersCircuit,
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
        /// Too many circuits stand at the access point.
        AccessPointCircuitsMax,
        /// The access point is closed.
        AccessPointDisabled,
        /// Every access point of the region is closed.
        RegionDisabled,
        /// The access point has no port left.
        AccessPointFull,
        /// No access point of the set has a port left.
        SetFull,
        /// The access point has no port of the type.
        NoSuchPort,
        /// The access point lets no circuit be enabled without an order.
        DeviceNeedsOrder,
        /// No access point of the region has IPv6.
        RegionWithoutIpv6,
        /// The access point has no IPv6.
        DeviceWithoutIpv6,
        /// A circuit of the account is overdue.
        CircuitOverdue,
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
        /// No such router for this account in this region.
        NoSuchRouter,
        /// The caller sees the router, which is in another region.
        RouterElsewhere,
        /// The caller does not own the circuit of the router, or the router.
        NotTheOwners,
        /// The router is in no state for this command.
        RouterState,
        /// The circuit is not in service.
        CircuitNotEnabled,
        /// The account that is to own the router does not exist.
        NoSuchOwner,
        /// The caller does not own the circuit, whose VLAN he says.
        VlanNotTheirs,
        /// The caller does not own the circuit, whose code he says.
        CircuitCodeNotTheirs,
        /// Addresses of the cloud's side are their owner's to say.
        LocalIpNotTheirs,
        /// Addresses of the customer's side are their owner's to say.
        PeerIpNotTheirs,
        /// The mask of a router is its owner's to say.
        MaskNotTheirs,
        /// The name of a router is its owner's to say.
        NameNotTheirs,
        /// The description of a router is its owner's to say.
        DescriptionNotTheirs,
        /// A router for its own owner lacks the cloud's address.
        NoLocalIp,
        /// A router for its own owner lacks the customer's address.
        NoPeerIp,
        /// A router for its own owner lacks its mask.
        NoMask,
        /// Who takes a router over does not say both addresses and the mask.
        AddressesIncomplete,
        /// Both addresses do not lie in one subnet.
        NotOneSubnet,
        /// A further circuit would have the address of the cloud's side that the router has.
        LocalIpOfRouter,
        /// Two circuits of a router would have one address of the cloud's side.
        LocalIpTaken,
        /// Two circuits of a router would have one address of the customer's side.
        PeerIpTaken,
        /// Two circuits of a router would have one IPv6 address of the cloud's side.
        LocalIpv6Taken,
        /// Two circuits of a router would have one IPv6 address of the customer's side.
        PeerIpv6Taken,
        /// A call says one address of the cloud's side for two circuits of a router.
        LocalIpRepeated,
        /// A call says one address of the customer's side for two circuits of a router.
        PeerIpRepeated,
        /// Another router of the circuit has the VLAN.
        VlanTaken,
        /// Another router of the circuit, which is off, still keeps the VLAN.
        VlanKept,
        /// A router has the whole port.
        PortTaken,
        /// The whole port is asked for, and other routers are on it.
        PortShared,
        /// A router would be faster than its port.
        RouterTooFast,
        /// A circuit has as many routers of its owner as it may.
        RoutersMax,
        /// A circuit has as many routers of another account as it may.
        OthersRoutersMax,
        /// The router has further circuits.
        CircuitsAssociated,
        /// The circuit is the router's own.
        OwnCircuit,
        /// The router is on that circuit already.
        AlreadyAssociated,
        /// The router is not on that circuit.
        NotAssociated,
        /// A router has as many further circuits as it may.
        AssociationsMax,
        /// Routers are on the circuit, one of its owner's among them.
        RoutersAttached,
        /// Routers are on the circuit, all of them other accounts'.
        OthersRoutersAttached,
        /// The circuit is a further one of a router.
        RouterAssociated,
        /// MACsec keys are on the circuit.
        KeysAttached,
        /// A circuit has as many MACsec keys as it may.
        KeysMax,
        /// No such MACsec key on the circuit.
        NoSuchKey,
        /// No such failover group for this account in this region.
        NoSuchGroup,
        /// Two routers of a group have different owners.
        GroupOwnersDiffer,
        /// Two routers of a group are on one circuit.
        GroupOfOneDevice,
        /// A router is in another group already.
        RouterInGroup,
        /// A router of a group detects no failures.
        NoDetection,
        /// A router of a group is in no network.
        NoNetwork,
        /// It was only to be found out whether it could be done, and it could.
        DryRun,
        /// It was only to be found out whether it could be done, and it could not.
        DryRunFailed,
        /// The same, since outbound traffic is not billed.
        DryRunWithoutService,
        /// The same, since the account would have too many.
        DryRunOverQuota,
        /// The same, since there is no room where it is to be.
        DryRunWithoutRoom,
        /// The same, since no device there is what it is to be.
        DryRunWithoutDevice,
        /// No such VPC for this account.
        NoSuchVpc,
        /// The VPC cannot be used yet.
        VpcState,
        /// What is granted, or to whom, makes no sense.
        BadGrant,
        /// The circuit is a shared one, of which that cannot be had.
        CircuitHosted,
        /// The circuit is no shared one, of which alone that can be had.
        CircuitDedicated,
        /// The circuit is ended, or is being ended.
        CircuitEnded,
        /// The caller is the tenant, and the partner alone may do that.
        NeedsPartner,
        /// The caller is the partner, and the tenant alone may do that.
        NeedsTenant,
        /// The account that is to be the tenant does not exist.
        NoSuchTenant,
        /// The tenant would be the caller.
        OwnTenant,
        /// Outbound-traffic billing of the tenant is off.
        TenantServiceClosed,
        /// No shared circuit is so fast, or the port is not.
        NoSuchSpeed,
        /// Others have too much of the port's bandwidth.
        NoBandwidthLeft,
        /// A circuit has as many shared ones on it as it may.
        HostedMax,
        /// A shared circuit has the whole port.
        PortHosted,
        /// The whole port is asked for, and shared circuits are on it.
        PortHostsOthers,
        /// Shared circuits are on the circuit.
        HostedAttached,
        /// The shared circuit is not in service.
        HostedNotEnabled,
        /// A router is on the shared circuit already.
        HostedTaken,
        /// A router is not as the shared circuit has it.
        HostedDiffers,
        /// A shared circuit was made from the router already.
        RouterHosted,
        /// The router is bound to circuits of the caller.
        RouterBound,
        /// The router has the whole port.
        RouterWholePort,
        /// One of the routers that are granted something is not there.
        NoSuchGrantee,
        /// Nothing of the kind was granted.
        NoSuchGrant,
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
