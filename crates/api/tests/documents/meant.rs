//! Every difference from the vendor's metadata of mid-2024 that is meant, and its source.
//!
//! Long because it is one list.

/// Differences that are meant: of these operations these facts, and why.
pub struct Meant {
    /// The operations; each needs at least one of the facts.
    pub operations: &'static [&'static str],
    /// The facts, whole, or with a `*` at the end for all that begin so.
    pub facts: &'static [&'static str],
    /// Why: the source, or that it is ASSUMED.
    pub why: &'static str,
}

impl Meant {
    /// Which of its facts speaks of this one, if any does.
    pub fn speaks_of(&self, operation: &str, fact: &str) -> Option<&'static str> {
        let its = self.facts.iter().copied().find(|its| matches(its, fact));
        its.filter(|_| self.operations.contains(&operation))
    }
}

/// Whether a fact is this one, or begins so.
pub fn matches(its: &str, fact: &str) -> bool {
    its.strip_suffix('*').map_or(its == fact, |begin| fact.starts_with(begin))
}

const fn meant(
    operations: &'static [&'static str],
    facts: &'static [&'static str],
    why: &'static str,
) -> Meant {
    Meant { operations, facts, why }
}

const PROSE: &str = "The vendor says it in the description alone: api dossier, annex A.";
const TOKEN: &str = "The vendor says it in the description alone: dossier O4, kept since.";
const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

const PAGE: &str =
    "On the page, not in the metadata, which has no such rows of billing: bss_operations.json.";
const NO_FORM: &str =
    "ASSUMED: the vendor publishes no form; a text that has no end could not be kept.";
const TAG: &str = "TagResourcesForExpressConnect";
const UNTAG: &str = "UntagResourcesForExpressConnect";
const LIST_TAGS: &str = "ListTagResourcesForExpressConnect";
const TAG_KEYS: &str = "DescribeTagKeysForExpressConnect";
const TAGGING: &[&str] = &[TAG, UNTAG, LIST_TAGS, TAG_KEYS];
const ONE_MORE: &str = "The texts of the metadata have the types, the default, and 20; its schema \
                        lets one more through, which the service itself refuses: \
                        SizeLimitExceeded.";
const CREATE: &str = "CreatePhysicalConnection";
const SETUP: &str = "CreatePhysicalConnectionSetupOrder";
const SET: &str = "CreateHighReliablePhysicalConnection";
const HOST: &str = "CreateVirtualPhysicalConnection";
const HOST_CHANGE: &str = "UpdateVirtualPhysicalConnection";
const HOSTS: &str = "ListVirtualPhysicalConnections";
const HOST_VBR: &str = "CreateVpconnFromVbr";
const HOST_MOVE: &str = "AttachVbrToVpconn";
const HOST_BACK: &str = "RecoverPhysicalConnection";
const DESCRIBE: &str = "DescribePhysicalConnections";
const MODIFY: &str = "ModifyPhysicalConnectionAttribute";
const CONFIRM: &str = "ConfirmPhysicalConnection";
const TERMINATE: &str = "TerminatePhysicalConnection";
const DELETE: &str = "DeletePhysicalConnection";
const CANCEL: &str = "CancelPhysicalConnection";
const ENABLE: &str = "EnablePhysicalConnection";
const LETTER: &str = "ApplyPhysicalConnectionLOA";
const LETTER_AGAIN: &str = "SecondApplyPhysicalConnectionLOA";
const LETTER_DONE: &str = "CompletePhysicalConnectionLOA";
const LETTER_SHOWN: &str = "DescribePhysicalConnectionLOA";
const ZONES: &str = "DescribeZones";
const POINTS: &str = "ListBusinessAccessPoints";
const ROUTER: &str = "CreateVirtualBorderRouter";
const ROUTERS: &str = "DescribeVirtualBorderRouters";
const ROUTERS_ON: &str = "DescribeVirtualBorderRoutersForPhysicalConnection";
const ROUTER_CHANGE: &str = "ModifyVirtualBorderRouterAttribute";
const ROUTER_STOP: &str = "TerminateVirtualBorderRouter";
const ROUTER_BACK: &str = "RecoverVirtualBorderRouter";
const ROUTER_GONE: &str = "DeleteVirtualBorderRouter";
const JOIN: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const PART: &str = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
const GROUP: &str = "CreateVbrHa";
const GROUP_GONE: &str = "DeleteVbrHa";
const REVOKE: &str = "RevokeInstanceFromVbr";
const MODULES: &str = "DescribePricingModule";
const BEFOREHAND: &str = "GetSubscriptionPrice";
const AS_IT_GOES: &str = "GetPayAsYouGoPrice";
const TRANSACTIONS: &str = "QueryAccountTransactions";
const TRANSACTIONS_ON: &str = "QueryAccountTransactionDetails";
const BILL: &str = "QueryBill";
const OVERVIEW: &str = "QueryBillOverview";
const ACCOUNT_BILL: &str = "QueryAccountBill";
const INSTANCE_BILL: &str = "DescribeInstanceBill";

/// Every difference from the vendor's metadata of mid-2024, and its source.
pub static MEANT: &[Meant] = &[
    meant(
        &[
            CREATE,
            SETUP,
            SET,
            MODIFY,
            CONFIRM,
            ORDER,
            TERMINATE,
            DELETE,
            "RenewInstance",
            "RefundInstance",
            "InquiryPriceRefundInstance",
        ],
        &["parameter ClientToken: maxLength", "parameter ClientToken: minLength"],
        TOKEN,
    ),
    meant(
        &["RenewInstance", "SetRenewal", "RefundInstance", "InquiryPriceRefundInstance"],
        &["parameter ProductCode: values"],
        "ASSUMED: of the products that the vendor bills this server has one (dossier 1.7).",
    ),
    meant(
        &["SetRenewal", "QueryAvailableInstances"],
        &["parameter RenewalPeriodUnit: values", "parameter SubscriptionType: values"],
        "The vendor says it in the description alone: billing dossier 1.4.",
    ),
    meant(
        &["RenewInstance", "SetRenewal", "QueryAvailableInstances"],
        &["error 400 InvalidParameter"],
        "ASSUMED: what the other operations of billing say of a value that is none.",
    ),
    meant(
        &["RenewInstance"],
        &["error 400 InvalidPrice.NotFound"],
        "ASSUMED: what the order for a port says; this operation's table has no such row.",
    ),
    meant(
        &["SetRenewal"],
        &["error 400 ResourceNotExists", "error 400 ResourceStatusError"],
        "ASSUMED: the vendor prints no errors of this operation; those of RenewInstance.",
    ),
    meant(
        &["DescribeRegions", "DescribeAccessPoints"],
        &["parameter AcceptLanguage: default", "parameter AcceptLanguage: values"],
        PROSE,
    ),
    meant(
        &[SET],
        &[
            "parameter AcceptLanguage: default",
            "parameter AcceptLanguage: values",
            "parameter ApList: maxItems",
            "parameter DryRun: default",
            "parameter HighReliableType: values",
            "parameter PortType: values",
        ],
        PROSE,
    ),
    meant(&[SET], &["error 400 DryRunOperation"], "The page says it in prose: EDITIONS, T028."),
    meant(
        &[SET],
        &["parameter ApList[].OpticalModuleModel"],
        "It came on 2025-12-18: EDITIONS, T029.",
    ),
    meant(
        &[SET],
        &["parameter ApList[].Bandwidth", "parameter DryRun"],
        "A speed that is sold fits 32 bits, and only two texts are taken, in any case of letters.",
    ),
    meant(
        &[SET],
        &["parameter RegionId: required"],
        "The vendor's page requires it: EDITIONS, T030.",
    ),
    meant(
        &[SET],
        &[
            "parameter DeviceAdvancedCapacity: maxItems",
            "parameter ResourceGroupId: maxLength",
            "parameter ResourceGroupId: minLength",
        ],
        NO_FORM,
    ),
    meant(
        &[SET],
        &["sample in XML: CreateHighReliablePhysicalConnectionResponse.*"],
        "The vendor gives no sample in XML.",
    ),
    meant(
        &[HOST, HOST_CHANGE, HOST_VBR, HOST_MOVE, HOST_BACK],
        &["parameter DryRun: default"],
        PROSE,
    ),
    meant(
        &[HOST, HOST_CHANGE, HOST_VBR, HOST_MOVE, HOST_BACK],
        &["parameter Token: maxLength", "parameter Token: minLength"],
        "The vendor says it in the description of most of them alone: EDITIONS, section 3.",
    ),
    meant(
        &[HOST, HOST_CHANGE],
        &[
            "parameter Description: maxLength",
            "parameter Description: minLength",
            "parameter ExpectSpec: values",
            "parameter Name: maxLength",
            "parameter Name: minLength",
            "parameter Spec: values",
            "parameter VlanId: maximum",
            "parameter VlanId: minimum",
        ],
        PROSE,
    ),
    meant(&[HOST_VBR], &["parameter OrderMode: default"], PROSE),
    meant(
        &[HOSTS],
        &[
            "parameter MaxResults: default",
            "parameter MaxResults: maximum",
            "parameter MaxResults: minimum",
        ],
        PROSE,
    ),
    meant(
        &[HOST, HOSTS],
        &["parameter ResourceGroupId: maxLength", "parameter ResourceGroupId: minLength"],
        NO_FORM,
    ),
    meant(
        &[HOSTS],
        &["sample in XML: ListVirtualPhysicalConnectionsResponse.*"],
        "The vendor's sample in XML has no tags and no resource group, of which the schema tells.",
    ),
    meant(
        &[SETUP],
        &[
            "parameter AutoPay: default",
            "parameter LineOperator: values",
            "parameter PortType: values",
        ],
        PROSE,
    ),
    meant(
        &[SETUP],
        &[
            "error 400 IncorrectStatus.AccessPoint",
            "error 400 InvalidInstance.NotFound",
            "error 400 InvalidPortType.NotFound",
        ],
        "ASSUMED: the texts, of which the vendor prints a placeholder alone.",
    ),
    meant(
        &[CREATE, MODIFY],
        &[
            "parameter LineOperator: values",
            "parameter PortType: values",
            "parameter Name: maxLength",
            "parameter Name: minLength",
            "parameter Description: maxLength",
            "parameter Description: minLength",
        ],
        PROSE,
    ),
    meant(&[CREATE], &["parameter Type: values", "parameter bandwidth: values"], PROSE),
    meant(&[MODIFY], &["parameter bandwidth: maximum", "parameter bandwidth: minimum"], PROSE),
    meant(
        &[CREATE, MODIFY],
        &[
            "parameter PeerLocation: maxLength",
            "parameter PeerLocation: minLength",
            "parameter CircuitCode: maxLength",
            "parameter CircuitCode: minLength",
        ],
        NO_FORM,
    ),
    meant(
        &[CREATE],
        &["parameter ResourceGroupId: maxLength", "parameter ResourceGroupId: minLength"],
        NO_FORM,
    ),
    meant(
        &["DescribeAccessPoints", DESCRIBE],
        &["parameter PageNumber: maximum"],
        "An integer of 32 bits, as its format says: no greater one can be read.",
    ),
    meant(
        &["DescribeRegions"],
        &["parameter ProductType: default"],
        "ASSUMED: what is listed without it is what VPC lists.",
    ),
    meant(
        &[CREATE],
        &["parameter bandwidth: default"],
        "Its own text says that it is of hosted circuits: EDITIONS, T002. Without it a circuit has \
         its port's speed.",
    ),
    meant(
        &[CREATE],
        &["parameter DeviceAdvancedCapacity: maxItems"],
        "Taken without effect, and so not counted: see what is taken without effect.",
    ),
    meant(TAGGING, &["parameter ResourceType: values", "parameter ResourceId: maxItems"], ONE_MORE),
    meant(&[TAG, LIST_TAGS], &["parameter Tag: maxItems"], ONE_MORE),
    meant(&[UNTAG], &["parameter TagKey: maxItems", "parameter All: default"], ONE_MORE),
    meant(
        &[LIST_TAGS],
        &["parameter MaxResults: default", "parameter MaxResults: minimum"],
        "The page says 20; ASSUMED: none is no number of entries.",
    ),
    meant(&[TAG_KEYS], &["parameter MaxResult: minimum"], "ASSUMED: none is no number of entries."),
    meant(
        &[LIST_TAGS, TAG_KEYS],
        &[
            "sample in XML: ListTagResourcesForExpressConnectResponse.TagResources.*",
            "sample in XML: DescribeTagKeysForExpressConnectResponse.TagKeys.*",
        ],
        "The vendor's sample in XML has one entry in place of the list of its schema and of its \
         sample in JSON.",
    ),
    meant(&[DESCRIBE], &["parameter IncludeReservationData: default"], PROSE),
    meant(
        &[ORDER],
        &[
            "parameter AutoPay: default",
            "parameter InstanceChargeType: default",
            "parameter InstanceChargeType: values",
            "parameter PricingCycle: default",
            "parameter PricingCycle: values",
        ],
        "Seed 001, the page of 2024-03, says it in the descriptions.",
    ),
    meant(
        &[ORDER],
        &["parameter Period: default"],
        "ASSUMED: it is optional and no text states what holds without it.",
    ),
    meant(
        &[DELETE],
        &[
            "error 400 ResourceAlreadyAssociated.PconnQos",
            "error 400 ResourceNotFound.PhysicalConnectionId",
        ],
        "The metadata is three months later than the edition: EDITIONS, T059.",
    ),
    meant(
        &[DELETE],
        &["error 404 InvalidRegionId.NotFound"],
        "On the page, not in the metadata: api dossier, annex A.",
    ),
    meant(
        &["QueryAccountBalance"],
        &["error 400 NoPermission"],
        "On the page, not in the metadata: bss_operations.json.",
    ),
    meant(&["QueryOrders", "GetOrderDetail", "CancelOrder"], &["error 400 InvalidParameter"], PAGE),
    meant(
        &["GetOrderDetail", "CancelOrder"],
        &["error 400 MissingParameter", "error 400 NotApplicable", "error 400 InvalidModuleCode"],
        PAGE,
    ),
    meant(
        &["CancelOrder"],
        &["error 400 InvalidConfigCode", "error 400 InvalidOwner", "error 400 InvalidCaller"],
        PAGE,
    ),
    meant(
        &["QueryOrders"],
        &[
            "parameter OrderType: values",
            "parameter PaymentStatus: values",
            "parameter SubscriptionType: values",
        ],
        "The vendor says it in the description alone: billing dossier 1.3.",
    ),
    meant(
        &["QueryAvailableInstances"],
        &["sample in XML: QueryAvailableInstancesResponse.Data.InstanceList.*"],
        "The vendor's sample in XML drops members of its schema and of its sample in JSON.",
    ),
    meant(
        &["QueryOrders", "QueryAvailableInstances"],
        &[
            "parameter PageNum: default",
            "parameter PageNum: minimum",
            "parameter PageNum: maximum",
            "parameter PageSize: default",
            "parameter PageSize: minimum",
            "parameter PageSize: maximum",
        ],
        "The defaults, and 300 of instances, stand in the description alone, billing dossier 1.3 \
         and 1.4; ASSUMED: the other limits.",
    ),
    meant(
        &[MODULES, BEFOREHAND, AS_IT_GOES],
        &[
            "error 400 InternalError",
            "error 400 InvalidConfigCode",
            "error 400 InvalidModuleCode",
            "error 400 InvalidOwner",
            "error 400 InvalidParameter",
            "error 400 MissingParameter",
            "error 400 NotApplicable",
            "error 400 NotAuthorized",
        ],
        "On the pages of two of the three (doc-detail 91486 of 2020-03, 96469), and among the \
         errors of all billing (bss_operations.json); the metadata has none of these operations.",
    ),
    meant(
        &[BEFOREHAND, AS_IT_GOES],
        &["error 400 InvalidPrice.NotFound"],
        "ASSUMED: what the order for a port says; no page has a code for a missing price.",
    ),
    meant(
        &[MODULES, BEFOREHAND, AS_IT_GOES],
        &["parameter ProductCode: values"],
        "ASSUMED: of the products that the vendor bills this server has these (dossier 1.7).",
    ),
    meant(
        &[MODULES, BEFOREHAND, AS_IT_GOES],
        &[
            "parameter SubscriptionType: values",
            "parameter OrderType: values",
            "parameter ServicePeriodUnit: values",
        ],
        "The vendor says it in the description alone: billing dossier 1.7.",
    ),
    meant(
        &[BEFOREHAND],
        &[
            "parameter Quantity: default",
            "parameter Quantity: maximum",
            "parameter Quantity: minimum",
            "parameter ServicePeriodQuantity: default",
            "parameter ServicePeriodQuantity: maximum",
            "parameter ServicePeriodQuantity: minimum",
            "parameter ServicePeriodUnit: default",
        ],
        "ASSUMED: one, for a month; the pages of 2019-10 want a period, the metadata does not.",
    ),
    meant(
        &[MODULES, BEFOREHAND, AS_IT_GOES],
        &[
            "sample in XML: DescribePricingModuleResponse.Data.AttributeList.*",
            "sample in XML: GetSubscriptionPriceResponse.Data.PromotionDetails.*",
            "sample in XML: GetPayAsYouGoPriceResponse.Data.PromotionDetails.*",
        ],
        "The vendor's sample in XML leaves out members of its schema and of its sample in JSON.",
    ),
    meant(
        &[TRANSACTIONS, TRANSACTIONS_ON, BILL, OVERVIEW, ACCOUNT_BILL, INSTANCE_BILL],
        &[
            "error 400 InternalError",
            "error 400 InvalidOwner",
            "error 400 InvalidParameter",
            "error 400 NotApplicable",
            "error 400 NotAuthorized",
        ],
        "ASSUMED: the errors of all billing (bss_operations.json); the metadata has none of these \
         operations.",
    ),
    meant(
        &[TRANSACTIONS],
        &[
            "parameter PageNum: default",
            "parameter PageNum: minimum",
            "parameter PageNum: maximum",
            "parameter PageSize: default",
            "parameter PageSize: minimum",
            "parameter PageSize: maximum",
        ],
        "The defaults stand in the description alone: EDITIONS, T182; ASSUMED: the limits.",
    ),
    meant(
        &[TRANSACTIONS_ON],
        &[
            "parameter MaxResults: default",
            "parameter MaxResults: minimum",
            "parameter MaxResults: maximum",
        ],
        "ASSUMED: as PageSize of its sister.",
    ),
    meant(&[TRANSACTIONS_ON], &["sample in XML: *"], "The vendor has no sample of it in XML."),
    meant(
        &[BILL, OVERVIEW],
        &[
            "answer Data.Items.Item[].AfterTaxAmount",
            "answer Data.Items.Item[].PaymentCurrency",
            "answer Data.Items.Item[].PaymentTransactionID",
            "answer Data.Items.Item[].PretaxAmountLocal",
            "answer Data.Items.Item[].Tax",
        ],
        "The vendor's schema lacks them; its sample in JSON and its SDKs have them.",
    ),
    meant(
        &[BILL, OVERVIEW, INSTANCE_BILL],
        &["parameter SubscriptionType: values", "parameter Type: values"],
        "The vendor says it in the description alone: billing dossier 1.8.",
    ),
    meant(
        &[BILL, ACCOUNT_BILL, INSTANCE_BILL],
        &[
            "parameter PageNum: default",
            "parameter PageNum: minimum",
            "parameter PageNum: maximum",
            "parameter PageSize: default",
            "parameter PageSize: minimum",
            "parameter PageSize: maximum",
            "parameter MaxResults: default",
            "parameter MaxResults: minimum",
            "parameter MaxResults: maximum",
        ],
        "The defaults, and 300, stand in the description alone: bss_operations.json; ASSUMED: the \
         other limits.",
    ),
    meant(
        &[ACCOUNT_BILL, INSTANCE_BILL],
        &[
            "parameter Granularity: values",
            "parameter IsBillingItem: default",
            "parameter IsGroupByProduct: default",
        ],
        "The vendor says it in the description alone: bss_operations.json.",
    ),
    meant(
        &[BILL, ACCOUNT_BILL, INSTANCE_BILL],
        &["parameter Granularity: default", "parameter IsHideZeroCharge: default"],
        "ASSUMED: without them a whole month is told, with all of its lines.",
    ),
    meant(
        &[BILL],
        &["sample in XML: QueryBillResponse.Data.Items.Item.*"],
        "The vendor's sample in XML lacks members of its sample in JSON.",
    ),
    meant(
        &[OVERVIEW, ACCOUNT_BILL, INSTANCE_BILL],
        &["sample in XML: *"],
        "The vendor's sample in XML has no root, and no answer is without one.",
    ),
    meant(
        &[MODIFY, TERMINATE],
        &["changes anything"],
        "The vendor's metadata does not say of them whether they change anything.",
    ),
    meant(
        &[CONFIRM],
        &["kind of access"],
        "It changes the circuit, as the vendor's own operationType says: write.",
    ),
    meant(
        &["CancelOrder", HOST_VBR, HOST_MOVE],
        &["kind of access"],
        "The vendor's metadata does not say.",
    ),
    meant(
        &["DescribeRegions", "DescribeAccessPoints", DESCRIBE],
        &[
            "sample in XML: DescribeRegionsResponse.Regions.*",
            "sample in XML: DescribeAccessPointsResponse.AccessPointSet.*",
            "sample in XML: DescribePhysicalConnectionsResponse.PhysicalConnectionSet.*",
        ],
        "The vendor's samples in XML leave out the element of each item, which its schemas, its \
         samples in JSON and the recorded requests of its clients have.",
    ),
    meant(
        &["QueryAccountBalance"],
        &["sample in XML: QueryAccountBalanceResponse.Data.QuotaLimit"],
        "Its schema and its sample in JSON have it.",
    ),
    meant(
        &["QueryOrders"],
        &[
            "sample in XML: QueryOrdersResponse.Data.HostName",
            "sample in XML: QueryOrdersResponse.Data.OrderList*",
        ],
        "The vendor's sample in XML has no orders; its schema and its sample in JSON have these.",
    ),
    meant(
        &["GetOrderDetail", "RefundInstance", "InquiryPriceRefundInstance"],
        &["sample in XML: *"],
        "The vendor has no sample of it in XML.",
    ),
    meant(
        &["RefundInstance"],
        &["parameter ImmediatelyRelease: default", "parameter ImmediatelyRelease: values"],
        "The vendor says it in the description alone: billing dossier 1.8.",
    ),
    meant(
        &["GetOrderDetail"],
        &["sample in JSON: Data.OrderList.Order[].ExtendInfos.key"],
        "Its schema names no member; orders here have none.",
    ),
    meant(
        &[LETTER, LETTER_DONE, LETTER_SHOWN],
        &[
            "error 400 IllegalParam.*",
            "error 400 IncorrectStatus.*",
            "error 400 InvalidConstructionTime.Malformed",
            "error 400 InvalidInstanceId.NotFound",
            "error 400 MissingParam.*",
        ],
        "The vendor prints the placeholder `%s`; the texts are those of its sister \
         SecondApplyPhysicalConnectionLOA, or made like them.",
    ),
    meant(
        &[LETTER_AGAIN],
        &["error 400 IllegalParam.Bandwidth"],
        "The text of ApplyPhysicalConnectionLOA, whose parameter it is.",
    ),
    meant(
        &[LETTER, LETTER_AGAIN],
        &["parameter Bandwidth: default"],
        "ASSUMED: no answer tells it, so that what is not said stays unsaid.",
    ),
    meant(
        &[LETTER, LETTER_AGAIN, LETTER_DONE],
        &[
            "parameter Bandwidth: maximum",
            "parameter Bandwidth: minimum",
            "parameter LineType: values",
            "parameter LineServiceProvider: values",
        ],
        PROSE,
    ),
    meant(
        &[LETTER, LETTER_AGAIN, LETTER_DONE],
        &[
            "parameter CompanyName: maxLength",
            "parameter CompanyName: minLength",
            "parameter Si: maxLength",
            "parameter Si: minLength",
            "parameter PeerLocation: maxLength",
            "parameter PeerLocation: minLength",
            "parameter LineCode: maxLength",
            "parameter LineCode: minLength",
            "parameter LineLabel: maxLength",
            "parameter LineLabel: minLength",
            "parameter LineSPContactInfo: maxLength",
            "parameter LineSPContactInfo: minLength",
        ],
        NO_FORM,
    ),
    meant(
        &[LETTER, LETTER_AGAIN, LETTER_DONE, ENABLE, CANCEL],
        &["parameter ClientToken: maxLength", "parameter ClientToken: minLength"],
        TOKEN,
    ),
    meant(
        &[LETTER, CANCEL],
        &["changes anything"],
        "The vendor's metadata does not say of them whether they change anything.",
    ),
    meant(
        &[LETTER_AGAIN],
        &["kind of access"],
        "It changes the circuit, as its sister does, of which the vendor says update.",
    ),
    meant(
        &[LETTER_AGAIN],
        &["sample in XML: SecondApplyPhysicalConnectionLOAResponse.RequestId"],
        "The vendor's sample in XML is no XML.",
    ),
    meant(
        &[LETTER_SHOWN],
        &["sample in XML: DescribePhysicalConnectionLOAResponse.PhysicalConnectionLOAType.*"],
        "The vendor's sample in XML leaves out the element of each item, and some of its schema.",
    ),
    meant(&[ENABLE], &["parameter ByPassSp: default"], PROSE),
    meant(
        &[ZONES],
        &[
            "parameter AcceptLanguage: default",
            "parameter AcceptLanguage: values",
            "parameter ZoneType: default",
            "parameter ZoneType: values",
        ],
        PROSE,
    ),
    meant(
        &[ZONES],
        &["sample in XML: DescribeZonesResponse.Zones.*"],
        "The vendor's sample in XML leaves out the element of each item.",
    ),
    meant(
        &[POINTS],
        &[
            "answer BusinessAccessPoints[].Latitude",
            "answer BusinessAccessPoints[].Longitude",
            "sample in JSON: BusinessAccessPoints[].Latitude",
            "sample in JSON: BusinessAccessPoints[].Longitude",
            "sample in XML: ListBusinessAccessPointsResponse.BusinessAccessPoints.*",
        ],
        "Where an access point lies is known of one alone, and nothing is made up of the others.",
    ),
    meant(
        &[
            ROUTER,
            ROUTER_CHANGE,
            ROUTER_STOP,
            ROUTER_BACK,
            ROUTER_GONE,
            JOIN,
            PART,
            GROUP,
            GROUP_GONE,
        ],
        &["parameter ClientToken: maxLength", "parameter ClientToken: minLength"],
        TOKEN,
    ),
    meant(
        &[ROUTER, ROUTER_CHANGE, JOIN],
        &["parameter VlanId: maximum", "parameter VlanId: minimum"],
        PROSE,
    ),
    meant(
        &[ROUTER, ROUTER_CHANGE],
        &["parameter Name: maxLength", "parameter Name: minLength"],
        PROSE,
    ),
    meant(
        &[ROUTER, ROUTER_CHANGE, GROUP],
        &["parameter Description: maxLength", "parameter Description: minLength"],
        PROSE,
    ),
    meant(&[ROUTER], &["parameter Bandwidth: values"], PROSE),
    meant(
        &[ROUTER_CHANGE],
        &[
            "parameter DetectMultiplier: maximum",
            "parameter DetectMultiplier: minimum",
            "parameter MinRxInterval: maximum",
            "parameter MinRxInterval: minimum",
            "parameter MinTxInterval: maximum",
            "parameter MinTxInterval: minimum",
        ],
        PROSE,
    ),
    meant(
        &[ROUTER_CHANGE],
        &["parameter Bandwidth: maximum", "parameter Bandwidth: minimum"],
        "ASSUMED: up to the fastest that a router can be made with; the vendor prints no range.",
    ),
    meant(
        &[ROUTER, ROUTER_CHANGE, JOIN],
        &["parameter CircuitCode: maxLength", "parameter CircuitCode: minLength"],
        NO_FORM,
    ),
    meant(
        &[ROUTER],
        &["parameter ResourceGroupId: maxLength", "parameter ResourceGroupId: minLength"],
        NO_FORM,
    ),
    meant(&[GROUP], &["parameter Name: maxLength", "parameter Name: minLength"], NO_FORM),
    meant(
        &["GrantInstanceToVbr", REVOKE],
        &["parameter InstanceId: maxLength", "parameter InstanceId: minLength"],
        NO_FORM,
    ),
    meant(
        &["GrantInstanceToVbr", REVOKE],
        &["parameter GrantType: values"],
        "The vendor says it in the description alone: ROUTERS 12, point 9.",
    ),
    meant(
        &["GrantInstanceToVbr", REVOKE],
        &["parameter VbrInstanceIds: style"],
        "Clients say it in three ways, and all of them are read: ROUTERS 12, point 9.",
    ),
    meant(
        &[REVOKE],
        &["parameter VbrInstanceIds: maxItems"],
        "ASSUMED: no more can be taken back at once than were granted.",
    ),
    meant(
        &[ROUTERS, ROUTERS_ON],
        &["parameter PageNumber: maximum"],
        "No number is greater than its type has room for.",
    ),
    meant(&[ROUTERS], &["parameter IncludeCrossAccountVbr: default"], PROSE),
    meant(
        &[ROUTERS],
        &[
            "answer VirtualBorderRouterSet.VirtualBorderRouterType[].Ecr*",
            "sample in JSON: VirtualBorderRouterSet.VirtualBorderRouterType[].Ecr*",
        ],
        "EDITIONS, T157: they came after the edition of 2024-03.",
    ),
    meant(
        &[ROUTERS],
        &["sample in XML: DescribeVirtualBorderRoutersResponse.VirtualBorderRouterSet.*"],
        "The vendor's sample in XML leaves out the element of each item.",
    ),
    meant(
        &[ROUTERS_ON],
        &["sample in XML: DescribeVirtualBorderRoutersForPhysicalConnectionResponse\
             .VirtualBorderRouterForPhysicalConnectionSet.*"],
        "The vendor's sample in XML leaves out the element of each item.",
    ),
    meant(
        &[ROUTER_CHANGE],
        &["error 400 IncorrectStatus.VirtualBorderRouter"],
        "ASSUMED: the text, of which the vendor prints a placeholder alone.",
    ),
    meant(
        &[ROUTER_STOP, ROUTER_BACK, ROUTER_GONE, PART],
        &["changes anything"],
        "The vendor's metadata does not say of them whether they change anything.",
    ),
    meant(
        &[ROUTER_STOP, ROUTER_BACK],
        &["kind of access"],
        "They change the router; their pages say update: ROUTERS 17.",
    ),
    meant(
        &["DescribeVbrHa"],
        &["error 400 MissingParam.VbrHaIdOrVbrId"],
        "The SDKs' prose has it: ROUTERS, annex A.",
    ),
];
