//! What the model knows of each operation: which parameters it has, in what order they are looked
//! at, and with what code in which edition. An operation or a parameter that is not here fails a
//! test, so nothing is simulated that the model does not understand.
//!
//! What a parameter is and what its value may be stands in [`reference`] and [`forms`]; what is
//! typed here, the reference's tables do not say.
//!
//! Long because every operation has its line in one table.

use super::atlas::{self, E2020, E2022, E2023, E2024, E2025_09, Edition};
use super::calendar::{self, Ms};
use super::forms::{self, Form};
use super::hosted;
use super::letters;
use super::macsec;
use super::prices;
use super::reference::{self, BSS, Operation, VPC};
use super::router_forms;
use super::sets;
use super::tags;
use crate::call::Call;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A parameter.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Which editions refuse a call without it.
    pub required: Editions,
    /// The editions that have it.
    pub has: Editions,
    /// What its value must be, each with the edition since which it is so.
    forms: Vec<(Edition, Form)>,
    /// What it is when a call does not say, until 2020 and from 2022 on; empty for nothing.
    defaults: [&'static str; 2],
    /// The first edition that looks at the form.
    pub checked_since: Edition,
    /// The error's code; `None` for `Invalid{Name}`.
    pub code: Option<&'static str>,
}

/// An operation.
pub struct Page {
    /// `Version`.
    pub version: &'static str,
    /// `Action`.
    pub action: &'static str,
    /// The editions that have it.
    pub has: Editions,
    /// Whether it changes anything.
    pub writes: bool,
    /// Whether anyone may call it.
    pub open: bool,
    /// Its parameters, in the order in which they are looked at.
    pub rules: Vec<Rule>,
}

/// What has no effect, and so is not compared of two calls with one token.
const WITHOUT_EFFECT: &[&str] =
    &["UserCidr", "VpconnUidResourceGroupId", "DeviceAdvancedCapacity", "AcceptLanguage"];

/// What DescribeAccessPoints takes without effect until 2020, of which the reference's tables have
/// nothing. SOURCE: EDITIONS, T121.
const OF_OLD_SDKS: &[&str] = &["Filter", "Type", "Name", "HostOperator"];

/// What Ecs takes without effect, of which the reference's tables have nothing.
const WITHOUT_EFFECT_OF_ECS: &[&str] = &["InstanceChargeType", "ResourceType"];

// The products that are in none of the reference's tables.
const STS: &str = "2015-04-01";
const LOCATION: &str = "2015-06-12";
const ECS: &str = "2014-05-26";
const QUOTES: &str = "2022-08-30";

/// The operations that the model understands, and of their parameters those that it understands, in
/// the order in which they are looked at, which the reference's tables do not have. The others are
/// for resellers (`OwnerId`).
const LOOKED_AT: &[(&str, &str, &str)] = &[
    (VPC, "DescribeRegions", "AcceptLanguage ProductType"),
    (
        VPC,
        "DescribeAccessPoints",
        "RegionId Filter Type Name HostOperator AcceptLanguage PageNumber PageSize",
    ),
    (VPC, "DescribeZones", "RegionId AcceptLanguage ZoneType"),
    (VPC, "ListGeographicSubRegions", ""),
    (VPC, "ListBusinessRegions", "AcceptLanguage"),
    (VPC, "ListBusinessAccessPoints", "RegionId"),
    (VPC, "ListPhysicalConnectionFeatures", "RegionId PhysicalConnectionId ClientToken"),
    (
        VPC,
        "ApplyPhysicalConnectionLOA",
        "RegionId InstanceId CompanyName LineType Si ConstructionTime Bandwidth PeerLocation \
         PMInfo ClientToken",
    ),
    (
        VPC,
        "SecondApplyPhysicalConnectionLOA",
        "RegionId InstanceId CompanyName LineType Si ConstructionTime Bandwidth PeerLocation \
         PMInfo ClientToken",
    ),
    (VPC, "DescribePhysicalConnectionLOA", "RegionId InstanceId ClientToken"),
    (
        VPC,
        "CompletePhysicalConnectionLOA",
        "RegionId InstanceId LineCode LineLabel LineServiceProvider LineSPContactInfo FinishWork \
         ClientToken",
    ),
    (VPC, "TagResourcesForExpressConnect", "ResourceType RegionId ResourceId Tag"),
    (VPC, "UntagResourcesForExpressConnect", "ResourceType RegionId All ResourceId TagKey"),
    (
        VPC,
        "ListTagResourcesForExpressConnect",
        "ResourceType RegionId NextToken MaxResults ResourceId Tag",
    ),
    (
        VPC,
        "DescribeTagKeysForExpressConnect",
        "ResourceType Keyword RegionId NextToken MaxResult ResourceId",
    ),
    (VPC, "EnablePhysicalConnection", "RegionId PhysicalConnectionId ByPassSp ClientToken"),
    (VPC, "CancelPhysicalConnection", "RegionId PhysicalConnectionId ClientToken"),
    (VPC, "OpenPhysicalConnectionService", "RegionId"),
    (VPC, "GetPhysicalConnectionServiceStatus", "RegionId"),
    (
        VPC,
        "CreatePhysicalConnection",
        "RegionId AccessPointId LineOperator Type PortType bandwidth Name Description PeerLocation \
         CircuitCode OpticalModuleModel RedundantPhysicalConnectionId ResourceGroupId Tag \
         DeviceAdvancedCapacity ClientToken",
    ),
    (
        VPC,
        "DescribePhysicalConnections",
        "RegionId Filter Tags ResourceGroupId IncludeReservationData PageNumber PageSize \
         ClientToken",
    ),
    (
        VPC,
        "ModifyPhysicalConnectionAttribute",
        "RegionId PhysicalConnectionId LineOperator PortType bandwidth Name Description \
         PeerLocation CircuitCode RedundantPhysicalConnectionId DownDelayTime ClientToken",
    ),
    (VPC, "ConfirmPhysicalConnection", "RegionId PhysicalConnectionId ClientToken"),
    (
        // SOURCE: CONTRACT, order of checks.
        VPC,
        "CreatePhysicalConnectionOccupancyOrder",
        "RegionId PhysicalConnectionId InstanceChargeType PricingCycle Period ClientToken AutoPay \
         AutoRenew AutoRenewDuration",
    ),
    (
        VPC,
        "CreatePhysicalConnectionSetupOrder",
        "RegionId AccessPointId LineOperator PortType RedundantPhysicalConnectionId AutoPay \
         ClientToken",
    ),
    (
        VPC,
        "CreateHighReliablePhysicalConnection",
        "RegionId HighReliableType PortType ApList ResourceGroupId Tag DeviceAdvancedCapacity \
         DryRun AcceptLanguage ClientToken",
    ),
    (VPC, "TerminatePhysicalConnection", "RegionId PhysicalConnectionId ClientToken"),
    (VPC, "DeletePhysicalConnection", "RegionId PhysicalConnectionId UserCidr ClientToken"),
    (
        VPC,
        "CreateVirtualBorderRouter",
        "RegionId PhysicalConnectionId VbrOwnerId VlanId CircuitCode LocalGatewayIp PeerGatewayIp \
         PeeringSubnetMask EnableIpv6 LocalIpv6GatewayIp PeerIpv6GatewayIp PeeringIpv6SubnetMask \
         Bandwidth Name Description ResourceGroupId Tags ClientToken",
    ),
    (
        VPC,
        "DescribeVirtualBorderRouters",
        "RegionId Filter IncludeCrossAccountVbr ResourceGroupId Tags PageNumber PageSize",
    ),
    (
        VPC,
        "DescribeVirtualBorderRoutersForPhysicalConnection",
        "RegionId PhysicalConnectionId Filter PageNumber PageSize",
    ),
    (
        VPC,
        "ModifyVirtualBorderRouterAttribute",
        "RegionId VbrId VlanId CircuitCode LocalGatewayIp PeerGatewayIp PeeringSubnetMask \
         MinTxInterval MinRxInterval DetectMultiplier Description Name \
         AssociatedPhysicalConnections ClientToken LocalIpv6GatewayIp PeerIpv6GatewayIp \
         PeeringIpv6SubnetMask EnableIpv6 Bandwidth SitelinkEnable Mtu",
    ),
    (VPC, "UpdateVirtualBorderBandwidth", "RegionId VirtualBorderRouterId Bandwidth ClientToken"),
    (VPC, "TerminateVirtualBorderRouter", "RegionId VbrId ClientToken"),
    (VPC, "RecoverVirtualBorderRouter", "RegionId VbrId ClientToken"),
    (VPC, "DeleteVirtualBorderRouter", "RegionId VbrId ClientToken"),
    (
        VPC,
        "AssociatePhysicalConnectionToVirtualBorderRouter",
        "RegionId VbrId PhysicalConnectionId VlanId CircuitCode LocalGatewayIp PeerGatewayIp \
         PeeringSubnetMask ClientToken LocalIpv6GatewayIp PeerIpv6GatewayIp \
         PeeringIpv6SubnetMask EnableIpv6",
    ),
    (
        VPC,
        "UnassociatePhysicalConnectionFromVirtualBorderRouter",
        "RegionId VbrId PhysicalConnectionId ClientToken",
    ),
    (VPC, "CreateVbrHa", "Description Name ClientToken DryRun VbrId PeerVbrId RegionId"),
    (VPC, "DescribeVbrHa", "ClientToken DryRun VbrId VbrHaId RegionId"),
    (VPC, "DeleteVbrHa", "ClientToken InstanceId RegionId"),
    (
        VPC,
        "GrantInstanceToVbr",
        "RegionId VbrOwnerUid VbrInstanceIds InstanceId GrantType VbrRegionNo",
    ),
    (
        VPC,
        "RevokeInstanceFromVbr",
        "RegionId VbrOwnerUid VbrInstanceIds InstanceId GrantType VbrRegionNo",
    ),
    (VPC, "AssociateMacSecKey", "RegionId PhysicalConnectionId CipherSuite Ckn Cak"),
    (VPC, "DisassociateMacSecKey", "RegionId PhysicalConnectionId Ckn"),
    (
        VPC,
        "CreateVirtualPhysicalConnection",
        "RegionId OrderMode VlanId Spec VpconnAliUid PhysicalConnectionId Name Description \
         ResourceGroupId VpconnUidResourceGroupId Tag DryRun Token",
    ),
    (
        VPC,
        "ListVirtualPhysicalConnections",
        "RegionId PhysicalConnectionId VirtualPhysicalConnectionIds IsConfirmed \
         VirtualPhysicalConnectionStatuses VirtualPhysicalConnectionAliUids VlanIds \
         VirtualPhysicalConnectionBusinessStatus ResourceGroupId Tags MaxResults NextToken",
    ),
    (VPC, "UpdateVirtualPhysicalConnection", "RegionId InstanceId VlanId ExpectSpec DryRun Token"),
    (VPC, "CreateVpconnFromVbr", "RegionId VbrId OrderMode DryRun Token"),
    (VPC, "AttachVbrToVpconn", "RegionId VbrId VpconnId DryRun Token"),
    (VPC, "RecoverPhysicalConnection", "RegionId InstanceId DryRun Token"),
    (VPC, REGROUPING, "RegionId ResourceType ResourceId NewResourceGroupId"),
    (BSS, "QueryAccountBalance", ""),
    (
        BSS,
        "QueryAccountTransactions",
        "TransactionNumber RecordID TransactionChannelSN CreateTimeStart CreateTimeEnd PageNum \
         PageSize TransactionType TransactionFlow TransactionChannel",
    ),
    (
        BSS,
        "QueryAccountTransactionDetails",
        "TransactionNumber RecordID TransactionChannelSN CreateTimeStart CreateTimeEnd \
         TransactionType TransactionChannel NextToken MaxResults",
    ),
    (
        BSS,
        "QueryBill",
        "BillingCycle Type ProductCode ProductType SubscriptionType IsHideZeroCharge PageNum \
         PageSize BillOwnerId IsDisplayLocalCurrency",
    ),
    (BSS, "QueryBillOverview", "BillingCycle ProductCode ProductType SubscriptionType BillOwnerId"),
    (
        BSS,
        "QueryAccountBill",
        "BillingCycle PageNum PageSize OwnerID IsGroupByProduct ProductCode BillOwnerId \
         Granularity BillingDate",
    ),
    (
        BSS,
        "DescribeInstanceBill",
        "BillingCycle ProductCode ProductType SubscriptionType IsBillingItem NextToken MaxResults \
         IsHideZeroCharge BillingDate Granularity BillOwnerId InstanceID PipCode",
    ),
    (
        BSS,
        "QueryOrders",
        "CreateTimeStart CreateTimeEnd OrderType PaymentStatus ProductCode ProductType \
         SubscriptionType PageNum PageSize",
    ),
    (
        BSS,
        "QueryAvailableInstances",
        "Region PageNum PageSize ProductCode ProductType SubscriptionType InstanceIDs EndTimeStart \
         EndTimeEnd CreateTimeStart CreateTimeEnd RenewStatus",
    ),
    (BSS, "RenewInstance", "ProductCode InstanceId RenewPeriod ClientToken ProductType"),
    (
        BSS,
        "SetRenewal",
        "RenewalPeriod InstanceIDs ProductCode ProductType SubscriptionType RenewalPeriodUnit \
         RenewalStatus",
    ),
    (BSS, "RefundInstance", "ClientToken ImmediatelyRelease ProductCode InstanceId ProductType"),
    (BSS, "InquiryPriceRefundInstance", "ClientToken ProductCode InstanceId ProductType"),
    (BSS, "DescribePricingModule", "ProductCode ProductType SubscriptionType"),
    (
        BSS,
        "GetSubscriptionPrice",
        "ServicePeriodUnit ProductCode SubscriptionType OrderType ServicePeriodQuantity \
         ProductType Region InstanceId Quantity ModuleList",
    ),
    (BSS, "GetPayAsYouGoPrice", "ProductCode ProductType SubscriptionType Region ModuleList"),
    (BSS, "PayOrder", "OrderId BuyerId PayerId PaySubmitUid Token Nbid"),
    (BSS, "GetOrderDetail", "OrderId"),
    (BSS, "CancelOrder", "OrderId"),
    (STS, "GetCallerIdentity", ""),
    (LOCATION, "DescribeEndpoints", "Id ServiceCode Type"),
    (ECS, "DescribeRegions", "AcceptLanguage InstanceChargeType ResourceType"),
    (QUOTES, "GetApiPrice", "popCode popVersion apiName parameters"),
    (QUOTES, "ListSupportedPricingApis", "nextToken maxResults"),
];

/// The one operation of Vpc of which no table has anything.
const REGROUPING: &str = "ChangeResourceGroup";

const SETUP_ORDER: &str = "CreatePhysicalConnectionSetupOrder";

/// What of billing changes anything: its table says that in prose.
const BILLING_WRITES: &[&str] =
    &["CancelOrder", "RenewInstance", "SetRenewal", "PayOrder", "RefundInstance"];

/// What anyone may call. ASSUMED: the tables have no access printed for DescribeRegions, but none
/// for DescribeAccessPoints either.
const OPEN: &[&str] = &[
    "DescribeRegions",
    "GetCallerIdentity",
    "DescribeEndpoints",
    "GetApiPrice",
    "ListSupportedPricingApis",
];

/// Every operation that the model understands.
pub static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let pages = LOOKED_AT.iter().map(|(version, action, names)| {
        let told = told(version, action);
        let writes = told.is_some_and(|told| told.access_level.as_deref() == Some("write"))
            || BILLING_WRITES.contains(action)
            || *action == REGROUPING;
        let rules = names.split_whitespace().map(|name| rule(version, action, name));
        let rules = rules.collect();
        // SOURCE: EDITIONS, T183, T188 and T190.
        let has: Editions = match *action {
            "PayOrder" | "ListBusinessRegions" | "AssociateMacSecKey" | "DisassociateMacSecKey" => {
                |edition| edition >= E2025_09
            }
            // SOURCE: EDITIONS, T041, T095 to T097, T118, T119, T124 and T127.
            "SecondApplyPhysicalConnectionLOA" | "CreateHighReliablePhysicalConnection" => {
                |edition| edition >= E2024
            }
            "OpenPhysicalConnectionService" | "GetPhysicalConnectionServiceStatus" => {
                |edition| edition >= E2022
            }
            action if action.ends_with("ForExpressConnect") => |edition| edition >= E2023,
            "ListBusinessAccessPoints" | "ListGeographicSubRegions" => |edition| edition >= E2023,
            "ListPhysicalConnectionFeatures" => {
                |edition| edition == atlas::E2020 || edition == E2022 || edition == E2025_09
            }
            "UpdateVirtualBorderBandwidth" => |edition| edition >= atlas::E2020,
            action if hosted::OWN.contains(&action) => |edition| edition >= E2022,
            "CreateVbrHa" | "DescribeVbrHa" | "DeleteVbrHa" => |edition| edition >= E2022,
            "GrantInstanceToVbr" | "RevokeInstanceFromVbr" | REGROUPING => {
                |edition| edition >= E2023
            }
            "RefundInstance" | "InquiryPriceRefundInstance" | "DescribeInstanceBill" => {
                |edition| edition >= E2022
            }
            _ => |_| true,
        };
        Page { version, action, has, writes, open: OPEN.contains(action), rules }
    });
    pages.collect()
});

/// What the reference says of an operation; `None` where it has not the product.
fn told(version: &str, action: &str) -> Option<&'static Operation> {
    match version {
        STS | LOCATION | QUOTES => None,
        // ASSUMED: the languages of Ecs are Vpc's.
        ECS => reference::operation(VPC, action),
        _ => reference::operation(version, action),
    }
}

fn rule(version: &str, action: &str, name: &'static str) -> Rule {
    // What no table has: any text will do, in every edition.
    let untold = |required| {
        let (forms, defaults) = (vec![(0, Form::Any)], [""; 2]);
        let required: Editions = if required { |_| true } else { |_| false };
        Rule { name, required, has: |_| true, forms, defaults, checked_since: 0, code: None }
    };
    if action == REGROUPING {
        let forms = vec![(0, router_forms::of_regrouping(name))];
        let code = router_forms::code(action, name);
        return Rule { forms, code, ..untold(true) };
    }
    if action == "DescribeAccessPoints" && OF_OLD_SDKS.contains(&name) {
        return Rule { has: |edition| edition < E2022, ..untold(false) };
    }
    let Some(told) = told(version, action) else {
        // ASSUMED: DescribeEndpoints wants these two, and all of any form.
        return untold(["Id", "ServiceCode"].contains(&name));
    };
    if version == ECS && WITHOUT_EFFECT_OF_ECS.contains(&name) {
        return untold(false);
    }
    let parameter = told.parameter(name);
    let parameter = parameter.unwrap_or_else(|| panic!("the reference has no {name} of {action}"));
    Rule {
        name,
        required: match (action, name) {
            // SOURCE: EDITIONS, T178.
            ("SetRenewal", "ProductCode") => |edition| edition >= E2024,
            // SOURCE: EDITIONS, T004 and T042.
            ("CreatePhysicalConnection", "PeerLocation") => |edition| edition < E2023,
            (_, "LineCode" | "LineLabel") => |edition| edition < atlas::E2020,
            // One is wanted, and has an error of its own.
            (_, "PMInfo") => |_| false,
            _ if parameter.required => |_| true,
            _ => |_| false,
        },
        has: editions(version, action, name),
        forms: forms::forms(version, action, parameter),
        defaults: forms::defaults(action, parameter),
        // SOURCE: CONTRACT, "Editions", and EDITIONS 3: of these no rule for it before.
        checked_since: if name == "ClientToken" && RULED_LATER.contains(&action) {
            E2022
        } else {
            0
        },
        code: code(version, action, name),
    }
}

/// What says nothing of the form of a token before 2022.
const RULED_LATER: &[&str] = &[
    "CreatePhysicalConnectionOccupancyOrder",
    "CreatePhysicalConnectionSetupOrder",
    "ApplyPhysicalConnectionLOA",
    "CompletePhysicalConnectionLOA",
    "RenewInstance",
    "RefundInstance",
];

/// Which editions have something.
type Editions = fn(Edition) -> bool;

/// The editions that have a parameter. The tables have days, and know of no editions.
fn editions(version: &str, action: &str, name: &str) -> Editions {
    if router_forms::is_own(action) {
        return router_forms::has(action, name);
    }
    match (version, action, name) {
        (_, "DescribeAccessPoints", "AcceptLanguage") => |edition| edition >= E2023,
        // SOURCE: EDITIONS, T130, T043 and T053.
        (_, "DescribeZones", "AcceptLanguage" | "ZoneType") => |edition| edition >= E2022,
        (_, _, "FinishWork" | "LineServiceProvider" | "LineSPContactInfo" | "ByPassSp") => {
            |edition| edition >= E2024
        }
        (ECS, _, "AcceptLanguage") => |edition| edition >= E2022,
        // SOURCE: the vendor's metadata of 2024-09 on.
        (_, "QueryBill", "IsDisplayLocalCurrency") => |edition| edition >= atlas::E2025_03,
        // SOURCE: EDITIONS, T181.
        (_, "QueryAccountTransactions", name) if name.starts_with("Transaction") => {
            let always = ["TransactionNumber", "TransactionChannelSN"].contains(&name);
            if always { |_| true } else { |edition| edition >= E2022 }
        }
        // It was taken away for two years.
        (_, "DescribeRegions", "ProductType") => |edition| edition != E2022,
        _ => of_circuits(name),
    }
}

/// The editions that have a word about circuits and their orders.
pub fn of_circuits(name: &str) -> Editions {
    match name {
        "UserCidr" => |edition| edition < atlas::E2020,
        "VpconnUidResourceGroupId" => |edition| edition == E2023,
        "ResourceGroupId" | "Tag" | "Tags" => |edition| edition >= E2023,
        "DeviceAdvancedCapacity" => |edition| edition >= E2024,
        "OpticalModuleModel" | "AutoRenew" | "AutoRenewDuration" | "DownDelayTime" => {
            |edition| edition >= E2025_09
        }
        _ => |_| true,
    }
}

/// The code for a value that has not its form. The tables have codes, but not what each is for.
/// SOURCE: CONTRACT, "Which cause gives which error", for orders. ASSUMED: for the others.
fn code(version: &str, action: &str, name: &str) -> Option<&'static str> {
    if version == BSS && name == "ClientToken" && action != "InquiryPriceRefundInstance" {
        return Some("IllegalParam.ClientToken");
    }
    if action.ends_with("RefundInstance") && name == "ProductCode" {
        return Some("CommodityNotSupported");
    }
    // ASSUMED: what no product has is not there.
    if name == "ProductCode" && ["RenewInstance", "SetRenewal"].contains(&action) {
        return Some("ResourceNotExists");
    }
    if version == BSS && ["BillOwnerId", "OwnerID"].contains(&name) {
        return Some("InvalidOwner");
    }
    if version == BSS {
        return Some("InvalidParameter");
    }
    if router_forms::is_own(action) {
        return router_forms::code(action, name);
    }
    if hosted::OWN.contains(&action) {
        return hosted::code(action, name);
    }
    if action.ends_with("LOA") {
        return match name {
            "CompanyName" => Some("IllegalParam.CompanyName"),
            "LineType" => Some("IllegalParam.LineType"),
            "Si" => Some("IllegalParam.Si"),
            "ConstructionTime" => Some("InvalidConstructionTime.Malformed"),
            "Bandwidth" => Some("IllegalParam.Bandwidth"),
            "PeerLocation" => Some("IllegalParam.PeerLocation"),
            "LineCode" => Some("IllegalParam.LineCode"),
            "LineLabel" => Some("IllegalParam.LineLabel"),
            "LineSPContactInfo" => Some("IllegalParam.LineSPContactInfo"),
            "ClientToken" => Some("IllegalParam.ClientToken"),
            _ => None,
        };
    }
    Some(match name {
        "AccessPointId" | "RedundantPhysicalConnectionId" if action == SETUP_ORDER => {
            "InvalidInstance.NotFound"
        }
        "LineOperator" if action == SETUP_ORDER => "InvalidPhysicalConnectionOperator.Malformed",
        "PortType" if action == SETUP_ORDER => "InvalidPhysicalConnectionPortType.Malformed",
        "ResourceType" => "InvalidInstanceType.NotFound",
        "CipherSuite" => "IllegalParam.CipherSuite",
        "Ckn" => "IllegalParam.Ckn",
        "Cak" => "IllegalParam.Cak",
        "AccessPointId" => "ResourceNotFound.AccessPointId",
        "LineOperator" => "InvalidLineOperator.Malformd",
        "Type" => "InvalidType.Malformd",
        "PortType" => "InvalidPortType.Malformd",
        "bandwidth" => "InvalidBandwidth",
        "Name" => "InvalidName.Malformed",
        "Description" => "InvalidDescription.Malformed",
        "PeerLocation" => "InvalidPeerLocation.Malformd",
        "CircuitCode" => "InvalidCircuitCode.Malformed",
        "ClientToken" => "IllegalParam.ClientToken",
        "InstanceChargeType" => "InvalidPhysicalConnectionChargeType.Malformed",
        "PricingCycle" => "InvalidPhysicalConnectionPricingCycle.Malformed",
        "Period" => "InvalidPhysicalConnectionPeriod.Malformed",
        "ResourceGroupId" if action == "DescribePhysicalConnections" => {
            "OperationUnsupported.ResourceGroupId"
        }
        _ => return None,
    })
}

/// The code for a text that has not even the form of a value, where an operation has one.
/// SOURCE: the vendor's metadata of mid-2024. ASSUMED: which of two codes is of the form.
pub fn malformed(action: &str, name: &str, text: &str, edition: Edition) -> Option<&'static str> {
    let since = match action {
        "ModifyPhysicalConnectionAttribute" => 0,
        "CreatePhysicalConnection"
        | "CreateHighReliablePhysicalConnection"
        | "CreateVirtualPhysicalConnection" => E2022,
        _ => return None,
    };
    let code = match name {
        "LineOperator" if !text.chars().all(|c| c.is_ascii_alphabetic()) => {
            "InvalidPhysicalConnectionOperator.Malformed"
        }
        "bandwidth" | "Bandwidth" if number(text).is_none() => {
            "InvalidPhysicalConnectionBandwidth.Malformed"
        }
        "VlanId" if number(text).is_none() => "InvalidVlanId.Malformed",
        _ => return None,
    };
    (edition >= since && !text.is_empty()).then_some(code)
}

/// What PostPaid ignores. SOURCE: CONTRACT.
const NOT_FOR_POSTPAID: &[&str] = &["Period", "PricingCycle"];

impl Rule {
    /// What its value must be.
    fn form(&self, edition: Edition) -> &Form {
        let its = self.forms.iter().rev().find(|(since, _)| *since <= edition);
        &its.expect("the first is for every edition").1
    }

    /// What it is when a call does not say; empty for nothing.
    fn default(&self, edition: Edition) -> &'static str {
        self.defaults[usize::from(edition >= E2022)]
    }
}

/// The page of an operation.
pub fn find(version: &str, action: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.version == version && page.action == action)
}

/// A call whose parameters are looked at.
pub struct Reading<'c> {
    /// The call.
    pub call: &'c Call,
    /// Whose it is.
    pub account: u64,
    /// How it is understood.
    pub edition: Edition,
    /// The world's time.
    pub now: Ms,
}

/// What operations say in their own tables of parameters that are missing, and since when.
/// SOURCE: the tables of the reference and of the vendor's metadata of mid-2024.
const LACKS: &[(&str, &str, Edition, &str)] = &[
    ("ApplyPhysicalConnectionLOA", "RegionId", E2022, "MissingParam.RegionNo"),
    ("ApplyPhysicalConnectionLOA", "InstanceId", E2022, "MissingParam.InstanceId"),
    ("CompletePhysicalConnectionLOA", "RegionId", E2022, "MissingParam.RegionNo"),
    ("CompletePhysicalConnectionLOA", "InstanceId", E2022, "MissingParam.InstanceId"),
    ("DescribePhysicalConnectionLOA", "RegionId", E2022, "MissingParam.RegionNo"),
    ("DescribePhysicalConnectionLOA", "InstanceId", E2022, "MissingParam.InstanceId"),
    ("SecondApplyPhysicalConnectionLOA", "InstanceId", E2024, "MissingParam.InstanceId"),
    (
        "SecondApplyPhysicalConnectionLOA",
        "ConstructionTime",
        E2024,
        "MissingParam.ConstructionTime",
    ),
    ("CreateVirtualPhysicalConnection", "Spec", E2022, "MissingParam.Spec"),
    ("CreateVirtualPhysicalConnection", "PhysicalConnectionId", E2022, "MissingParameter"),
    ("ConfirmPhysicalConnection", "RegionId", 0, "MissingParam.RegionNo"),
    ("ConfirmPhysicalConnection", "PhysicalConnectionId", 0, "MissingParam.PhysicalConnectionId"),
    ("UpdateVirtualBorderBandwidth", "VirtualBorderRouterId", E2020, "MissingParam.InstanceId"),
    ("CreateVirtualBorderRouter", "PhysicalConnectionId", 0, "MissingParameter"),
    ("CreateVirtualBorderRouter", "VlanId", 0, "MissingParameter"),
    (JOIN, "PhysicalConnectionId", 1, "MissingParameter"),
    (JOIN, "VlanId", 1, "MissingParameter"),
    (PART, "PhysicalConnectionId", 1, "PARAMETER_MUST_NOT_NULL"),
    (PART, "VbrId", 1, "PARAMETER_MUST_NOT_NULL"),
    ("GrantInstanceToVbr", "VbrOwnerUid", E2023, "InvalidParam.NotNull"),
    ("GrantInstanceToVbr", "InstanceId", E2023, "InvalidParam.NotNull"),
    ("GrantInstanceToVbr", "GrantType", E2023, "InvalidParam.NotNull"),
    ("GrantInstanceToVbr", "VbrRegionNo", E2023, "InvalidParam.NotNull"),
    ("RevokeInstanceFromVbr", "VbrOwnerUid", E2023, "InvalidParam.NotNull"),
    ("RevokeInstanceFromVbr", "InstanceId", E2023, "InvalidParam.NotNull"),
    ("RevokeInstanceFromVbr", "GrantType", E2023, "InvalidParam.NotNull"),
    ("RevokeInstanceFromVbr", "VbrRegionNo", E2023, "InvalidParam.NotNull"),
];
const JOIN: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const PART: &str = "UnassociatePhysicalConnectionFromVirtualBorderRouter";

impl Reading<'_> {
    /// The first thing that is wrong with the parameters: the region, then what is missing, then
    /// the values in order. SOURCE: CONTRACT, order of checks.
    pub fn first_error(&self, page: &Page) -> Option<(u16, String)> {
        let its = |name: &str| page.rules.iter().any(|rule| rule.name == name);
        let anywhere = page.action == "ListBusinessAccessPoints";
        if its("RegionId") && !(anywhere && self.call.parameter("RegionId").is_none()) {
            match self.call.parameter("RegionId") {
                None => return Some((400, self.lack("RegionId"))),
                Some(region) if !atlas::REGIONS.contains(&region) => {
                    return Some((404, "InvalidRegionId.NotFound".into()));
                }
                Some(_) => {}
            }
        }
        let missing = |rule: &Rule| match rule.form(self.edition) {
            _ if !(rule.required)(self.edition) => None,
            Form::Modules => prices::missing(self.call),
            Form::Points => sets::missing(self),
            Form::Tags => tags::none(self.call, rule.name).then(|| rule.name.to_owned()),
            _ => self.call.parameter(rule.name).is_none().then(|| rule.name.to_owned()),
        };
        if let Some(name) = page.rules.iter().find_map(missing) {
            return Some((400, self.lack(&name)));
        }
        let wrong = |rule: &&Rule| {
            let looked_at = (rule.has)(self.edition) && self.edition >= rule.checked_since;
            looked_at && !self.fits(rule)
        };
        let wrong = page.rules.iter().find(wrong).map(|rule| {
            if let (Form::People, Some(code)) =
                (rule.form(self.edition), letters::people_error(self.call))
            {
                return (400, code.to_owned());
            }
            if let (Form::Points, Some(code)) = (rule.form(self.edition), sets::form_error(self)) {
                // SOURCE: the vendor's metadata of mid-2024 (the status).
                let status = if code == "InvalidRegionId.NotFound" { 404 } else { 400 };
                return (status, code.to_owned());
            }
            if let (Form::Tags, Some(code)) =
                (rule.form(self.edition), tags::form_error(self, rule.name))
            {
                return (400, code.to_owned());
            }
            let text = self.call.parameter(rule.name).unwrap_or_default();
            let code = malformed(page.action, rule.name, text, self.edition).or(rule.code);
            let code = code.map_or_else(|| format!("Invalid{}", rule.name), str::to_owned);
            (400, code)
        });
        // Its table has none that are required, and an error for their being missing.
        let unsaid = page.action.ends_with("RefundInstance")
            && ["InstanceId", "ProductCode"].iter().any(|name| self.call.parameter(name).is_none());
        let wrong = wrong.or_else(|| unsaid.then(|| (400, "MissingParameter".into())));
        let of_letters =
            || letters::late_error(self).map(|(status, code)| (status, code.to_owned()));
        let wrong = wrong.or_else(of_letters);
        let of_sets = || sets::late_error(self).map(|(status, code)| (status, code.to_owned()));
        let late = || tags::late_error(self).map(|(status, code)| (status, code.to_owned()));
        let of_routers =
            || router_forms::late_error(self).map(|(status, code)| (status, code.to_owned()));
        wrong.or_else(of_sets).or_else(late).or_else(of_routers)
    }

    /// The code for a required parameter that is missing.
    fn lack(&self, name: &str) -> String {
        let own = LACKS.iter().find(|(action, its, since, _)| {
            (*action, *its) == (&*self.call.action, name) && self.edition >= *since
        });
        own.map_or_else(|| format!("Missing{name}"), |(.., code)| (*code).to_owned())
    }

    /// Whether the call orders something that is billed as it goes.
    pub fn is_postpaid(&self) -> bool {
        let charge = self.call.parameter("InstanceChargeType");
        self.edition < E2022 && charge.is_none_or(|charge| charge == "PostPaid")
    }

    fn fits(&self, rule: &Rule) -> bool {
        if self.is_postpaid() && NOT_FOR_POSTPAID.contains(&rule.name) {
            return true;
        }
        let (given, form) = (self.call.parameter(rule.name), rule.form(self.edition));
        if let Form::Period(least, most) = form {
            return self.period_fits(given, *least, most);
        }
        if matches!(form, Form::Modules) {
            return prices::fit(self.call);
        }
        if matches!(form, Form::People) {
            return letters::people_error(self.call).is_none();
        }
        if matches!(form, Form::Points) {
            return sets::form_error(self).is_none();
        }
        if matches!(form, Form::Tags) {
            return tags::form_error(self, rule.name).is_none();
        }
        if ["Ckn", "Cak"].contains(&rule.name) {
            return macsec::form_error(self.call, rule.name).is_none();
        }
        let Some(text) = given else {
            // SOURCE: billing dossier 1.4: wanted for AutoRenewal.
            let wanted = ["RenewalPeriod", "RenewalPeriodUnit"].contains(&rule.name);
            let is_lacking = wanted && self.call.parameter("RenewalStatus") == Some("AutoRenewal");
            return !(is_lacking || (rule.name == "BillingDate" && self.is_daily()));
        };
        match form {
            Form::Any
            | Form::Filters
            | Form::Modules
            | Form::People
            | Form::Points
            | Form::Tags
            | Form::Period(..) => true,
            Form::Words(words) => words.contains(&text),
            Form::Fits(is) => is(text),
            Form::AnyCase(words) => words.iter().any(|word| word.eq_ignore_ascii_case(text)),
            Form::Bool => ["true", "false"].contains(&&*text.to_ascii_lowercase()),
            Form::Number(low, high) => {
                let within = number(text).is_some_and(|n| (low..=high).contains(&&n));
                within && (rule.name != "AutoRenewDuration" || self.renewal_fits(text))
            }
            Form::Ids(most) => text.split(',').count() <= *most,
            Form::Numbers(all) => number(text).is_some_and(|n| all.contains(&n)),
            Form::Text(its) => its.fits(text),
            Form::NotFinance => {
                !self.call.parameter("RegionId").is_some_and(|region| region.contains("finance"))
            }
            Form::AccessPoint => {
                let region = self.call.parameter("RegionId").unwrap_or_default();
                atlas::ACCESS_POINTS.contains(&(text, region))
            }
            Form::Module => atlas::MODULES.contains(&(text, self.value("PortType"))),
            Form::Time => calendar::parse(text).is_some(),
            Form::TimeOrDay => calendar::parse(text).or(calendar::day(text)).is_some(),
            Form::Month => calendar::day(&format!("{text}-01")).is_some(),
            Form::Day => {
                let its_month = !self.is_daily() || text.starts_with(self.value("BillingCycle"));
                its_month && calendar::day(text).is_some()
            }
            Form::Own => text == "-1" || text == self.account.to_string(),
            Form::Token => text.parse::<u64>().is_ok(),
            Form::PriceRegion => prices::region(text).is_some(),
        }
    }

    /// Whether the first renewal of an order that renews itself ends before the year 9999.
    fn renewal_fits(&self, months: &str) -> bool {
        if !self.value("AutoRenew").eq_ignore_ascii_case("true") {
            return true;
        }
        let period = number(self.value("Period")).unwrap_or(1);
        let first = if self.value("PricingCycle") == "Year" { period * 12 } else { period };
        let end = number(months).and_then(|months| calendar::period_end(self.now, first + months));
        end.is_some_and(calendar::before_9999)
    }

    /// Whether bills of a day are asked for.
    pub fn is_daily(&self) -> bool {
        self.value("Granularity").eq_ignore_ascii_case("DAILY")
    }

    /// What a call says, or what holds when it does not.
    fn value(&self, name: &str) -> &str {
        value(self.call, self.edition, name)
    }

    /// SOURCE: CONTRACT, "Editions": any term that ends before 9999 in 2019, required in 2020 and
    /// 2022, within the reference's limits from 2020.
    fn period_fits(&self, given: Option<&str>, least: i64, most: &BTreeMap<String, i64>) -> bool {
        let Some(text) = given else {
            return self.edition < atlas::E2020 || self.edition >= E2023;
        };
        let Some(count) = number(text).filter(|count| *count >= least) else { return false };
        let cycle = self.value("PricingCycle");
        if self.edition >= atlas::E2020 {
            return most.get(cycle).is_some_and(|most| count <= *most);
        }
        let months = if cycle == "Year" { count.checked_mul(12) } else { Some(count) };
        let months = months.filter(|months| *months <= 200_000);
        let end = months.and_then(|months| calendar::period_end(self.now, months));
        end.is_some_and(calendar::before_9999)
    }

    /// What two calls with one token must have in common: the call's own words after defaults.
    pub fn words(&self, page: &Page) -> BTreeMap<&'static str, String> {
        let mut words = BTreeMap::new();
        for rule in &page.rules {
            let is_ignored = self.is_postpaid() && NOT_FOR_POSTPAID.contains(&rule.name);
            let names_the_call = ["RegionId", "ClientToken"].contains(&rule.name)
                || (page.version == VPC && rule.name == "Token");
            let is_compared = !names_the_call && !WITHOUT_EFFECT.contains(&rule.name);
            // A renewal is of whatever has the id.
            let says_nothing = ["RenewInstance", "RefundInstance"].contains(&page.action)
                && rule.name.starts_with("Product");
            if is_ignored || !is_compared || says_nothing {
                continue;
            }
            if matches!(rule.form(self.edition), Form::Tags) {
                words.insert(rule.name, tags::text(self, rule));
                continue;
            }
            // What comes of it is compared, and not how it is said.
            if rule.name == "HighReliableType" {
                continue;
            }
            if matches!(rule.form(self.edition), Form::Points) {
                words.insert(rule.name, sets::text(self));
                continue;
            }
            if matches!(rule.form(self.edition), Form::People) {
                words.insert(rule.name, letters::people_text(self.call));
                continue;
            }
            let given = self.call.parameter(rule.name).filter(|_| (rule.has)(self.edition));
            // One's own number is as good as none.
            let own = self.account.to_string();
            let is_own = |text: &&str| rule.name == "VbrOwnerId" && **text == *own;
            let given = given.filter(|text| !is_own(text));
            let text = match (given, rule.form(self.edition)) {
                // Until 2020 the lines of further circuits had no IPv6.
                (Some(text), _) if rule.name == "AssociatedPhysicalConnections" => {
                    router_forms::further_text(text, self.edition >= atlas::E2020)
                }
                (Some(text), Form::Bool) => text.to_ascii_lowercase(),
                // Without it what there was stays, whatever the table's default.
                (None, _) if rule.name == "DownDelayTime" => String::new(),
                (Some(text), form) if form.is_numeric() || rule.name == "DownDelayTime" => {
                    number(text).map_or_else(|| text.to_owned(), |n| n.to_string())
                }
                (Some(text), _) => text.to_owned(),
                // ASSUMED: an application without it is for the port's own speed.
                (None, _)
                    if (page.action, rule.name) == ("CreatePhysicalConnection", "bandwidth") =>
                {
                    let port = atlas::port(self.value("PortType"));
                    port.map_or_else(String::new, |(_, mbps)| mbps.to_string())
                }
                (None, _) => rule.default(self.edition).to_owned(),
            };
            words.insert(rule.name, text);
        }
        words
    }
}

/// What a call says of a parameter, or what holds in an edition when it does not; empty for
/// nothing.
pub fn value<'c>(call: &'c Call, edition: Edition, name: &str) -> &'c str {
    call.parameter(name).unwrap_or_else(|| {
        let page = find(call.version, &call.action);
        let rule = page.and_then(|page| page.rules.iter().find(|rule| rule.name == name));
        rule.map_or("", |rule| rule.default(edition))
    })
}

/// A plain decimal number.
pub fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_names_nothing_that_the_reference_has_not() {
        for (version, action, names) in LOOKED_AT {
            // Of Ecs the tables have nothing; its languages are Vpc's.
            if [STS, LOCATION, ECS, QUOTES].contains(version) || *action == REGROUPING {
                continue;
            }
            let told = told(version, action);
            let told = told.unwrap_or_else(|| panic!("the reference has no {action}, {version}"));
            let access_points = *action == "DescribeAccessPoints";
            let named = names.split_whitespace();
            for name in named.filter(|name| !(access_points && OF_OLD_SDKS.contains(name))) {
                assert!(told.parameter(name).is_some(), "the reference has no {name} of {action}");
            }
        }
    }
}
