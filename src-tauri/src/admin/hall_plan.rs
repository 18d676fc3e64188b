//! A hall as its files tell it becomes a plan as the box office writes it.

use box_office::{Plan, PlanFault, PlanTier, PlannedSeat, Stage, check_plan};
use hall_file::{About, Choice, Choices, Hall, Reading, Rectangle};

/// The plan of what was read. A tier that the concert has at the same price says none, so that writing leaves it alone;
/// a price that was typed for one without a price is said.
pub fn plan_of(reading: &mut Reading, tiers: &[PlanTier], choices: &Choices) -> Plan {
    let Hall { stage, tiers: of_hall, seats } = std::mem::take(&mut reading.hall);
    let price = |label: &str, price: Option<i64>| {
        let price = typed_price(reading, label, choices).or(price);
        let known = tiers.iter().find(|known| known.label == label).and_then(|known| known.price);
        price.filter(|price| Some(*price) != known)
    };
    let tiers = of_hall.into_iter().map(|tier| PlanTier {
        price: price(&tier.label, tier.price),
        label: tier.label,
        color: tier.colour,
    });
    let seats = seats.into_iter().map(|seat| PlannedSeat {
        label: seat.label,
        section: seat.section,
        row: seat.row,
        row_number: seat.row_number,
        number: seat.number,
        tier: seat.tier,
        x: seat.x,
        y: seat.y,
        angle: 0.0,
    });
    Plan { stage: stage.map(stage_of), tiers: tiers.collect(), seats: seats.collect() }
}

/// What is wrong with the plan all the same, with seats and tiers by their names.
pub fn faults_of(plan: &Plan) -> Vec<PlanFault> {
    let mut faults = check_plan(plan).err().unwrap_or_default();
    for fault in &mut faults {
        let index = |kind: &str| fault.place.strip_prefix(kind)?.strip_suffix(']')?.parse::<usize>().ok();
        let name = match (index("seats["), index("tiers[")) {
            (Some(seat), _) => plan.seats.get(seat).map(|seat| seat.label.clone()),
            (_, Some(tier)) => plan.tiers.get(tier).map(|tier| tier.label.clone()),
            _ => None,
        };
        fault.place = name.unwrap_or_default();
        // What stood there is often the name itself.
        fault.value = fault.value.take().filter(|value| *value != fault.place);
    }
    faults
}

fn typed_price(reading: &Reading, label: &str, choices: &Choices) -> Option<i64> {
    let doubt = reading.doubts.iter().find(|doubt| doubt.about == About::NoPrice && doubt.value == label)?;
    match choices.answers.get(&doubt.key) {
        Some(Choice::Price(price)) => Some(*price),
        _ => None,
    }
}

fn stage_of(stage: Rectangle) -> Stage {
    let hundredths = |units: f64| (units * 100.0).round() as i32;
    Stage {
        x: hundredths(stage.x),
        y: hundredths(stage.y),
        width: hundredths(stage.width),
        height: hundredths(stage.height),
    }
}

#[cfg(test)]
mod tests {
    use hall_file::{File, KnownTier, read};

    use super::*;

    fn tier(label: &str, price: i64) -> PlanTier {
        PlanTier { label: label.into(), price: Some(price), color: None }
    }

    /// The prices of the plan of a list, in a concert with these tiers.
    fn prices(list: &str, tiers: &[PlanTier], answers: &[(&str, Choice)]) -> Vec<(String, Option<i64>)> {
        let choices = Choices {
            answers: answers.iter().map(|(key, choice)| ((*key).to_owned(), choice.clone())).collect(),
            ..Choices::default()
        };
        let known: Vec<KnownTier> =
            tiers.iter().filter_map(|tier| Some(KnownTier { label: tier.label.clone(), price: tier.price? })).collect();
        let mut reading = read(&[File { name: "a.csv", bytes: list.as_bytes() }], &known, &choices).unwrap();
        let plan = plan_of(&mut reading, tiers, &choices);
        assert_eq!(faults_of(&plan), []);
        plan.tiers.into_iter().map(|tier| (tier.label, tier.price)).collect()
    }

    #[test]
    fn only_a_price_that_was_chosen_against_the_concerts_is_written_over_it() {
        let list = "구역,열,번호,등급,가격\n가,1,1,R석,132000\n가,1,2,S석,99000\n";
        let concert = [tier("R석", 100_000), tier("S석", 99_000)];
        let key = "price of concert:r";
        let of = |answers: &[(&str, Choice)]| prices(list, &concert, answers)[0].1;
        assert_eq!(of(&[(key, Choice::Price(132_000))]), Some(132_000));
        assert_eq!(of(&[(key, Choice::Price(100_000))]), None, "as it is");
        assert_eq!(prices(list, &concert, &[])[1], ("S석".into(), None), "they agree");
        assert_eq!(prices(list, &[], &[])[0], ("R석".into(), Some(132_000)), "a new tier");
    }

    #[test]
    fn a_price_can_be_typed_for_a_tier_that_has_none() {
        let list = "구역,열,번호,등급\n가,1,1,R석\n";
        assert_eq!(prices(list, &[], &[]), [("R석".into(), None)]);
        let key = format!("no price:{}", hall_file::identity("R석"));
        assert_eq!(prices(list, &[], &[(&key, Choice::Price(70_000))]), [("R석".into(), Some(70_000))]);
    }

    #[test]
    fn faults_name_seats_and_not_their_places_in_a_list() {
        let seat = |label: &str| PlannedSeat {
            label: label.into(),
            section: None,
            row: None,
            row_number: None,
            number: None,
            tier: 0,
            x: 0.0,
            y: 0.0,
            angle: 0.0,
        };
        let plan = Plan { stage: None, tiers: vec![tier("R석", -1)], seats: vec![seat("1번"), seat("2번")] };
        let places: Vec<String> = faults_of(&plan).into_iter().map(|fault| fault.place).collect();
        assert_eq!(places, ["R석", "2번"]);
    }

    #[test]
    fn a_stage_is_measured_in_hundredths() {
        let stage = stage_of(Rectangle { x: 1.5, y: -2.0, width: 10.0, height: 1.25 });
        assert_eq!(stage, Stage { x: 150, y: -200, width: 1000, height: 125 });
    }
}
