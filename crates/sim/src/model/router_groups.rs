//! What calls on failover groups do, on what is granted to routers, and on resource groups.

use super::changes::{Change, Refusal};
use super::pages::number;
use super::router_forms as forms;
use super::routers::{Grant, Group, whose};
use super::state::{Circuit, Outcome};
use super::time::CARRIER_STEP_MS;
use std::collections::BTreeMap;

impl Change<'_> {
    /// CreateVbrHa.
    pub fn make_group(&mut self) -> Result<Outcome, Refusal> {
        let own = |change: &Self, name: &str| {
            let place = change.router_named(name);
            place.filter(|place| change.world.routers[*place].home == change.account)
        };
        let not_found = (404, "ResourceNotFound.Vbr");
        let one = own(self, "VbrId").ok_or(not_found)?;
        let other = own(self, "PeerVbrId").ok_or(not_found)?;
        let both = [one, other].map(|place| &self.world.routers[place]);
        if both[0].owner != both[1].owner {
            return Err((400, "OperationFailed.VbrAliUidNotConsistent"));
        }
        if both[0].owner != self.account {
            return Err(not_found);
        }
        if both.iter().any(|router| router.status != "active") {
            return Err((400, "IncorrectStatus.VirtualBorderRouter"));
        }
        if both[0].line.circuit == both[1].line.circuit {
            return Err((400, "OperationFailed.VbrAccessDeviceSame"));
        }
        if both.iter().any(|router| router.group.is_some()) {
            return Err((400, "OperationFailed.VbrInUsedByOtherHa"));
        }
        if self.text("DryRun").eq_ignore_ascii_case("true") {
            return Err((400, "DRYRUN.SUCCESS"));
        }
        let group = Group {
            account: self.account,
            region: self.text("RegionId").to_owned(),
            routers: [one, other],
            created: self.at,
            status: "Creating",
            wakes: self.settings.carrier_auto.then_some(self.at + CARRIER_STEP_MS),
            words: ["Name", "Description"].map(|name| self.text(name).to_owned()),
            ..Group::default()
        };
        let place = self.world.groups.len();
        self.world.groups.push(group);
        for router in [one, other] {
            self.world.routers[router].group = Some(place);
        }
        Ok(Outcome::Group(place))
    }

    /// DeleteVbrHa.
    pub fn remove_group(&mut self) -> Result<Outcome, Refusal> {
        let place = self.world.group_at(self.text("InstanceId"));
        let its = |place: &usize| {
            let group = &self.world.groups[*place];
            let region = group.region == self.text("RegionId");
            group.account == self.account && region && !group.deleted
        };
        let place = place.filter(its).ok_or((404, "ResourceNotFound.VbrHa"))?;
        self.world.dissolve(place);
        Ok(Outcome::Done)
    }

    /// GrantInstanceToVbr and RevokeInstanceFromVbr.
    pub fn grant(&mut self, grants: bool) -> Result<Outcome, Refusal> {
        let owner = number(self.text("VbrOwnerUid")).map(whose).expect("it was looked at");
        let (vpc, region) =
            (self.text("InstanceId").to_owned(), self.text("VbrRegionNo").to_owned());
        if owner == self.account || !self.world.accounts.contains_key(&owner) {
            return Err((400, "Parameter.Illegal"));
        }
        match vpc.as_str() {
            "vpc-sandboxpending" => return Err((400, "Instance.StatusError")),
            "vpc-sandboxunknown" => return Err((404, "Instance.NotExist")),
            vpc if !vpc.starts_with("vpc-") => return Err((404, "Instance.NotExist")),
            _ => {}
        }
        let named = forms::granted(self.reading.call);
        let vpc = (vpc, self.text("RegionId").to_owned());
        let key = (self.account, vpc, owner, region.clone());
        let (all, mut routers) = self.world.grants.get(&key).cloned().unwrap_or_default();
        let next = match (grants, named) {
            (true, None) => (true, routers),
            (true, Some(named)) => {
                let there = |id: &String| {
                    self.world.router_at(id).is_some_and(|place| {
                        let router = &self.world.routers[place];
                        router.owner == owner && router.region == region && !router.deleted
                    })
                };
                if !named.iter().all(there) {
                    return Err((404, "Instance.NotExist"));
                }
                routers.extend(named);
                (all, routers)
            }
            (false, None) if !all && routers.is_empty() => {
                return Err((404, "EcGrantRelation.NotExist"));
            }
            (false, None) => Grant::default(),
            (false, Some(named)) => {
                if !named.iter().all(|id| routers.contains(id)) {
                    return Err((404, "EcGrantRelation.NotExist"));
                }
                routers.retain(|id| !named.contains(id));
                (all, routers)
            }
        };
        self.world.grants.insert(key, next);
        Ok(Outcome::Done)
    }

    /// ChangeResourceGroup.
    pub fn regroup(&mut self) -> Result<Outcome, Refusal> {
        let (kind, id) = (self.text("ResourceType").to_owned(), self.text("ResourceId").to_owned());
        let group = self.text("NewResourceGroupId").to_owned();
        let words = self.words_of(&kind, &id);
        let words = words.ok_or((404, "ResourceNotFound.ResourceId"))?;
        words.insert("ResourceGroupId", group);
        Ok(Outcome::Done)
    }

    /// What describes a circuit or a router that is the caller's own.
    fn words_of(&mut self, kind: &str, id: &str) -> Option<&mut BTreeMap<&'static str, String>> {
        let region = self.text("RegionId").to_owned();
        match kind {
            "PHYSICALCONNECTION" => {
                let place = self.world.circuit_at(id)?;
                let circuit: &mut Circuit = &mut self.world.circuits[place];
                let own = circuit.account == self.account && circuit.region == region;
                (own && !circuit.deleted).then_some(&mut circuit.words)
            }
            "VIRTUALBORDERROUTER" => {
                let place = self.own_router(id)?;
                Some(&mut self.world.routers[place].words)
            }
            _ => None,
        }
    }

    /// The router of this id that the caller owns, in the call's region.
    pub fn own_router(&self, id: &str) -> Option<usize> {
        let place = self.world.router_at(id)?;
        let router = &self.world.routers[place];
        let own = router.owner == self.account && router.region == self.text("RegionId");
        (own && !router.deleted).then_some(place)
    }
}
