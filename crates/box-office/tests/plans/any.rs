//! Plans that nobody thought of: whatever is typed, the generator answers with a whole plan or with named faults.

use box_office::{
    Numbering, PLAN_FAULTS_MOST, PLAN_SEATS_MOST, Plan, PlanFault, PlanSpec, RowTier, SectionSpec, check_plan,
    generate, preview,
};
use proptest::collection::vec;
use proptest::num::f64::ANY as ANY_NUMBER;
use proptest::prelude::*;

/// A plan keeps all its promises, and its faults are told by place, not by silence.
fn holds(read: Result<Plan, Vec<PlanFault>>) -> Result<(), TestCaseError> {
    match read {
        Ok(plan) => {
            prop_assert_eq!(check_plan(&plan), Ok(()));
            prop_assert!((1..=PLAN_SEATS_MOST).contains(&plan.seats.len()));
            prop_assert_eq!(preview(&plan).ids.len(), plan.seats.len());
        }
        Err(faults) => prop_assert!((1..=PLAN_FAULTS_MOST).contains(&faults.len()), "{:?}", faults),
    }
    Ok(())
}

fn any_section() -> impl Strategy<Value = SectionSpec> {
    let numbering = prop_oneof![
        Just(Numbering::Left),
        Just(Numbering::Right),
        Just(Numbering::CentreOut),
        Just(Numbering::OddEven)
    ];
    let shape = (1..40_i32, 1..40_i32, -3..8_i32, prop_oneof![Just(0.0), Just(1.0), 0.0..1.0], -360.0..360.0);
    let numbers = (numbering, 0..100_000, vec(0..60, 0..8), vec(-2..60, 0..5));
    let first_row = prop_oneof!["[0-9]{1,5}", "[A-Z]{1,2}", "[a-z]{1,2}"];
    let tiers = vec((1..50, 1..50, "[A-C]석"), 0..4);
    (shape, numbers, first_row, tiers).prop_map(|(shape, numbers, first_row, tiers)| {
        let (rows, seats_per_row, more, curve, angle) = shape;
        let (numbering, first_number, skipped, aisles_after) = numbers;
        SectionSpec {
            label: String::new(),
            rows,
            first_row,
            seats_per_row,
            // A fan that narrows keeps a seat in its last row.
            seats_more_per_row: more.max(-(seats_per_row - 1) / rows),
            curve,
            numbering,
            first_number,
            skipped: skipped.into_iter().map(|after| first_number + after).collect(),
            aisles_after,
            tier: "R석".to_owned(),
            row_tiers: tiers.into_iter().map(|(from_row, to_row, tier)| RowTier { from_row, to_row, tier }).collect(),
            x: None,
            y: None,
            angle,
        }
    })
}

/// The seats of a section, counted in another way than the generator does.
fn seats_of(section: &SectionSpec) -> usize {
    (0..section.rows)
        .flat_map(|row| (0..section.seats_per_row + section.seats_more_per_row * row).map(|i| section.first_number + i))
        .filter(|number| !section.skipped.contains(number))
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    /// Labels and spots are compared by `check_plan`, whose own tests show that it finds what clashes.
    #[test]
    fn a_generated_plan_has_all_its_seats_each_with_a_label_and_a_spot_of_its_own(
        sections in vec(any_section(), 1..5),
        stage: bool,
    ) {
        let mut sections = sections;
        for (i, section) in sections.iter_mut().enumerate() {
            section.label = format!("{}층", i + 1);
        }
        let wanted: Vec<usize> = sections.iter().map(seats_of).collect();
        let made = generate(&PlanSpec { sections, stage });
        if wanted.iter().all(|seats| *seats > 0) && wanted.iter().sum::<usize>() < PLAN_SEATS_MOST / 2 {
            let plan = made.as_ref().map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
            prop_assert_eq!(plan.seats.len(), wanted.iter().sum::<usize>());
            prop_assert_eq!(plan.stage.is_some(), stage);
        }
        holds(made)?;
    }

    #[test]
    fn any_numbers_make_a_plan_or_faults(
        section in any_section(),
        (rows, seats, more, first) in any::<(i32, i32, i32, i32)>(),
        (curve, angle) in (ANY_NUMBER, ANY_NUMBER),
        (x, y) in (proptest::option::of(ANY_NUMBER), proptest::option::of(ANY_NUMBER)),
        (label, row, tier) in any::<(String, String, String)>(),
        (skipped, aisles_after) in any::<(Vec<i32>, Vec<i32>)>(),
    ) {
        let section = SectionSpec {
            rows, seats_per_row: seats, seats_more_per_row: more, first_number: first, curve, angle, x, y, label,
            first_row: row, tier, skipped, aisles_after, ..section
        };
        holds(generate(&PlanSpec { sections: vec![section], stage: true }))?;
    }
}
