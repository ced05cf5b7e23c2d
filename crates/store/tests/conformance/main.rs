//! What every engine promises: the same cases on SQLite and, with the feature `postgres`, on a PostgreSQL server that the
//! tests start for themselves.
//!
//! If these fail on one engine alone, a house that changes its engine would lose what the failing case says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod changes;
mod mentions;
mod mine;
#[cfg(feature = "postgres")]
mod server;
mod subjects;
mod test_box;

use std::pin::Pin;

use test_box::TestBox;

type Case = (&'static str, fn(TestBox) -> Pin<Box<dyn Future<Output = ()>>>);

macro_rules! cases {
    ($($subject:ident::$name:ident),+ $(,)?) => {
        const CASES: &[Case] = &[$((stringify!($name), |of| Box::pin($subject::$name(of)))),+];

        mod sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$subject::$name(super::TestBox::on_sqlite().await).await;
                }
            )+
        }
    };
}

cases! {
    cases::a_log_is_numbered_without_gaps,
    cases::a_repeated_message_is_stored_once,
    cases::a_client_id_belongs_to_one_room,
    cases::an_answer_to_nothing_is_refused_and_leaves_no_gap,
    cases::a_deleted_message_leaves_a_tombstone,
    cases::ranges_of_a_log_are_read_in_both_directions,
    cases::many_at_once_are_all_stored_in_order,
    cases::a_job_that_fails_takes_no_other_with_it,
    cases::the_log_of_all_rooms_is_followed_in_commit_order,
    cases::changes_are_told_after_the_commit_and_in_order,
    cases::members_come_and_go_with_events,
    cases::the_last_owner_of_a_room_stays,
    cases::what_a_member_may_do_changes_at_once,
    cases::a_read_cursor_only_moves_forward,
    cases::unread_counts_what_others_have_said,
    cases::two_people_have_one_conversation,
    cases::a_room_is_changed_as_a_whole,
    cases::names_of_people_give_handles_that_are_free,
    cases::settings_are_kept_and_removed,
    cases::measurements_are_gathered,
    mentions::a_mention_is_of_a_member_and_follows_them,
    mentions::everybody_is_mentioned_only_where_it_may,
    mentions::those_who_are_here_are_mentioned_one_by_one,
    mentions::what_mentions_me_is_found_and_forgotten_with_the_message,
    mentions::people_are_found_as_their_names_are_typed,
    mine::a_member_arranges_a_room_for_themselves,
    mine::a_message_is_seen_in_an_archived_room_and_a_notice_is_none,
    subjects::who_is_not_to_be_disturbed_is_kept,
    mentions::stars_are_ones_own_and_go_with_the_message,
    subjects::people_are_found_and_sign_in,
    subjects::tickets_sign_further_devices_in,
    subjects::invites_and_requests_let_people_in,
    subjects::files_are_counted_sent_and_swept,
    subjects::old_messages_go_by_rule,
    changes::a_reaction_is_counted_once_for_each_person,
    changes::twenty_emoji_fit_on_a_message_and_five_are_ones_own,
    changes::a_reaction_is_neither_unread_nor_the_last_word,
    changes::reactions_go_with_their_message,
    changes::an_edited_message_says_what_it_says_now_and_what_it_said_is_kept,
    changes::a_message_is_edited_a_hundred_times,
    subjects::reports_are_seen_by_those_they_are_not_about,
    subjects::rooms_are_administered_from_outside,
}

/// Runs every case in a database of its own on one server.
#[cfg(feature = "postgres")]
#[test]
fn postgres_keeps_all_of_it() {
    let server = server::Server::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (name, case) in CASES {
        let database = server.database(name);
        println!("{name}");
        runtime.block_on(async { case(TestBox::on_postgres(&database).await).await });
    }
}

#[test]
fn no_case_is_left_out() {
    let files = [
        include_str!("cases.rs"),
        include_str!("changes.rs"),
        include_str!("mentions.rs"),
        include_str!("mine.rs"),
        include_str!("subjects.rs"),
    ];
    let written: usize = files.iter().map(|file| file.matches("pub(crate) async fn ").count()).sum();
    assert_eq!(CASES.len(), written);
}
