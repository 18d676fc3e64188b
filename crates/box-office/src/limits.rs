//! How long texts and how large numbers may be. The one list: the screens have it as `ui/src/lib/limits.ts`, and a test
//! compares the server's constraints with it.

/// Characters of a text, or a number, from `least` to `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// As the screens call it.
    pub name: &'static str,
    /// At least.
    pub least: i64,
    /// At most.
    pub most: i64,
    /// The constraint of the schema that has it too; empty where only a verb checks it.
    pub constraint: &'static str,
}

impl Limit {
    /// Whether so many are allowed.
    pub fn holds(self, number: impl TryInto<i64>) -> bool {
        number.try_into().is_ok_and(|number| (self.least..=self.most).contains(&number))
    }
}

/// The list as the screens have it.
pub fn typescript() -> String {
    let lines: String = ALL
        .iter()
        .map(|Limit { name, least, most, .. }| format!("  {name}: {{ least: {least}, most: {most} }},\n"))
        .collect();
    format!("// Written by `make bindings` from the engine's list.\nexport const limits = {{\n{lines}}} as const;\n")
}

macro_rules! limits {
    ($($(#[$about:meta])* $constant:ident $name:literal $least:literal ..= $most:literal $constraint:literal;)*) => {
        $($(#[$about])* pub const $constant: Limit =
            Limit { name: $name, least: $least, most: $most, constraint: $constraint };)*
        /// All of them.
        pub const ALL: &[Limit] = &[$($constant),*];
    };
}

limits! {
    /// A customer's name.
    CUSTOMER_NAME "customerName" 1..=80 "reservations_name_length";
    /// A customer's password: typed at a counter, on whatever keyboard.
    PASSWORD "password" 4..=64 "";
    /// A concert's title.
    TITLE "title" 1..=200 "concerts_title_is_plain";
    /// A hall.
    VENUE "venue" 0..=200 "concerts_venue_is_plain";
    /// A note to the clerks.
    NOTE "note" 0..=2000 "concerts_note_length";
    /// A tier's label.
    TIER_LABEL "tierLabel" 1..=60 "concert_seat_tiers_label_is_plain";
    /// In won. Far above any ticket, far below what a sum on a screen shows exactly.
    PRICE "price" 0..=100_000_000 "concert_seat_tiers_price_most";
    /// A seat's label.
    SEAT_LABEL "seatLabel" 1..=120 "seats_label_is_plain";
    /// The label of a section or a row.
    PLACE_LABEL "placeLabel" 1..=40 "seats_place_labels_are_plain";
    /// Why a seat is kept from sale.
    WITHHOLD_REASON "withholdReason" 1..=100 "seats_withheld_for_is_plain";
    /// Why a manager cancels.
    CANCEL_REASON "cancelReason" 1..=200 "";
    /// How a counter is called.
    DISPLAY_NAME "displayName" 1..=40 "counters_display_name_length";
    /// A login: small letters, digits and `_`.
    LOGIN "login" 1..=40 "";
    /// A login's password: kept in a keyring, typed once.
    LOGIN_PASSWORD "loginPassword" 8..=64 "";
    /// How long a hold lasts.
    HOLD_SECONDS "holdSeconds" 1..=3600 "settings_hold_seconds_range";
    /// Seats of one sale.
    SEATS_PER_SALE "seatsPerSale" 1..=100 "settings_seats_per_sale_range";
    /// How long before the start cancelling ends: up to a year.
    CANCEL_CUTOFF_MINUTES "cancelCutoffMinutes" 0..=525_600 "settings_cancel_cutoff_range";
    /// Between two sweeps of a PC: more often costs the server for nothing; less often, and counters look at dead holds.
    SWEEP_SECONDS "sweepSeconds" 1..=60 "sweepers_every_seconds_range";
    /// Seats of one plan: the largest halls have 20,000 to 50,000.
    PLAN_SEATS "planSeats" 1..=60_000 "";
}
