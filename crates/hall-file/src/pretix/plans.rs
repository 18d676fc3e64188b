//! The plans of a file: one, or a page of several as the other system's API sends it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::{each, fields, string, text};
use crate::pretix::plan::Plan;

/// Plans of a page.
const PLANS_MOST: usize = 200;
/// A layout in a plan in a list in a page, and one as a text; deeper is nothing.
const DEPTH_MOST: usize = 5;

/// A plan's name and its layout, still text.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub name: String,
    pub layout: Cow<'a, str>,
}

/// All plans of a file, each name once.
pub(super) fn found(raw: &RawValue) -> Vec<Found<'_>> {
    let mut plans: Vec<Found<'_>> = Vec::new();
    look(raw, None, 0, &mut plans);
    for i in 0..plans.len() {
        let name = Some(plans[i].name.clone()).filter(|name| !name.is_empty()).unwrap_or((i + 1).to_string());
        let mut own = name.clone();
        let mut times = 2;
        while plans[..i].iter().any(|plan| plan.name == own) {
            own = format!("{name} ({times})");
            times += 1;
        }
        plans[i].name = own;
    }
    plans
}

fn look<'a>(raw: &'a RawValue, name: Option<String>, depth: usize, plans: &mut Vec<Found<'a>>) {
    if depth > DEPTH_MOST || plans.len() >= PLANS_MOST {
        return;
    }
    if let Some([own_name, layout, results, plan, data]) =
        fields(raw, ["name", "layout", "results", "seating_plan", "data"])
    {
        // What the page calls it is the name that managers know.
        let name = name.or_else(|| text(own_name).ok().flatten());
        if Plan::is_one(raw) {
            plans.push(Found { name: name.unwrap_or_default(), layout: Cow::Borrowed(raw.get()) });
        } else if let Some(inner) = layout.or(results).or(plan).or(data) {
            look(inner, name, depth + 1, plans);
        }
    } else if raw.get().starts_with('"') {
        // A layout as a text.
        let Some(inner) = string(raw) else { return };
        let mut within = Vec::new();
        if let Ok(raw) = serde_json::from_str::<&RawValue>(&inner) {
            let mut plans: Vec<Found<'_>> = Vec::new();
            look(raw, name, depth + 1, &mut plans);
            within.extend(plans.into_iter().map(|plan| (plan.name, plan.layout.into_owned())));
        }
        plans.extend(within.into_iter().map(|(name, layout)| Found { name, layout: Cow::Owned(layout) }));
    } else {
        each(raw, |item| {
            look(item, None, depth + 1, plans);
            plans.len() < PLANS_MOST
        });
    }
}
