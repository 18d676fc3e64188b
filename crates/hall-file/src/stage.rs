//! What a stage is called, in whatever file.

use crate::text::folded;

/// Words for a stage in small letters.
const WORDS: [&str; 11] =
    ["무대", "스테이지", "stage", "ステージ", "舞台", "bühne", "buehne", "scène", "scene", "escenario", "palco"];
/// What has the word and is somewhere else.
const OTHERS: [&str; 8] =
    ["backstage", "stagedoor", "무대뒤", "무대입구", "무대출입", "hinterbühne", "무대석", "무대에"];
/// A text that is longer tells something about the stage.
const LETTERS_MOST: usize = 14;

/// Whether a text names the stage.
pub(crate) fn is_stage(text: &str) -> bool {
    let text = folded(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    text.chars().count() <= LETTERS_MOST && has(&WORDS) && !has(&OTHERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_known_in_several_languages() {
        for text in ["무대", "무 대", "STAGE", "Stage", "ステージ", "Bühne", "Scène", "메인 무대(Stage)"]
        {
            assert!(is_stage(text), "{text}");
        }
        for text in ["Backstage", "무대석 1열", "객석", "", "Stage door", "무대에서 가장 가까운 좌석입니다"]
        {
            assert!(!is_stage(text), "{text}");
        }
    }
}
