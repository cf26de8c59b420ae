"""Which answer a message gets, given what the conversation was about."""

from clinicbot.knowledge.decision import Outcome
from clinicbot.knowledge.question import Band, Context
from clinicbot.knowledge.resolution import more, resolve, same_about, why
from tests.factories import about, heard, make_content

CONTENT = make_content()
NOTHING = Context()


def answer_id(decision):
    return decision.answer.id if decision.answer else None


# Stale context: the dangerous mistake of carrying subjects over.


def test_a_named_subject_outranks_the_one_of_earlier_messages():
    decision = resolve(heard("ask_downtime", "exosomes"), about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_downtime/exosomes"
    assert not decision.carried


def test_a_word_nobody_knows_is_asked_about_instead_of_answering_on_the_earlier_subject():
    message = heard("ask_downtime", unknown_words=("mesolift",))
    decision = resolve(message, about("ask_how_it_works", "prp"), CONTENT)
    assert decision.outcome is Outcome.CLARIFY
    assert decision.unknown_word == "mesolift"


def test_a_subject_the_articles_do_not_cover_is_never_answered_from_an_earlier_subject():
    decision = resolve(heard("ask_downtime", "botox"), about("ask_downtime", "prp"), CONTENT)
    assert decision.outcome is Outcome.NO_ANSWER
    assert decision.uncovered == "botox"


def test_a_named_subject_without_an_answer_is_declined_and_not_replaced_by_an_earlier_one():
    decision = resolve(heard("ask_sessions", "laser"), about("ask_sessions", "prp"), CONTENT)
    assert decision.outcome is Outcome.NO_ANSWER
    assert decision.subject == "laser"
    assert [a.id for a in decision.choices] == ["ask_definition/laser"]


# Carrying over.


def test_a_follow_up_keeps_the_subject_and_says_so():
    decision = resolve(heard("ask_sessions"), about("ask_how_it_works", "prp"), CONTENT)
    assert answer_id(decision) == "ask_sessions/prp"
    assert decision.carried


def test_without_any_subject_the_general_answer_is_given():
    assert answer_id(resolve(heard("ask_sessions"), NOTHING, CONTENT)) == "ask_sessions/treatments"


def test_the_treatment_means_the_one_talked_about():
    decision = resolve(heard("ask_downtime", "treatments"), about("ask_sessions", "prp"), CONTENT)
    assert answer_id(decision) == "ask_downtime/prp"


def test_hair_loss_by_name_is_not_the_treatment_talked_about():
    decision = resolve(heard("ask_causes", "hair_loss"), about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_causes/hair_loss"


def test_a_subject_meant_without_its_name_is_understood_when_the_wording_is_plain():
    message = heard("ask_causes", ranking=[("ask_causes/stress", 0.8), ("ask_causes/women", 0.1)])
    assert answer_id(resolve(message, NOTHING, CONTENT)) == "ask_causes/stress"


def test_a_topic_without_a_general_answer_asks_which_one():
    ranking = [("ask_how_it_works", 0.5), ("ask_how_it_works/prp", 0.3)]
    decision = resolve(heard("ask_how_it_works", ranking=ranking), NOTHING, CONTENT)
    assert decision.outcome is Outcome.CLARIFY
    assert [a.id for a in decision.choices] == ["ask_how_it_works/prp"]


def test_can_women_take_it_is_about_the_medicine_talked_about():
    decision = resolve(
        heard("ask_suitability", "women"), about("ask_definition", "finasteride"), CONTENT
    )
    assert answer_id(decision) == "ask_suitability/finasteride"


# Several subjects.


def test_two_treatments_named_together_get_the_answer_for_their_combination():
    decision = resolve(heard("ask_downtime", "microneedling", "exosomes"), NOTHING, CONTENT)
    assert answer_id(decision) == "ask_downtime/microneedling_exosomes"


def test_two_treatments_set_against_each_other_get_their_comparison():
    decision = resolve(heard("ask_comparison", "prp", "exosomes"), NOTHING, CONTENT)
    assert answer_id(decision) == "ask_comparison/prp_or_exosomes"


def test_any_two_treatments_can_be_compared_without_a_written_answer():
    decision = resolve(heard("ask_comparison", "prp", "laser"), NOTHING, CONTENT)
    assert decision.compare == ("prp", "laser")


def test_comparing_with_one_name_uses_the_treatment_talked_about():
    decision = resolve(heard("ask_comparison", "exosomes"), about("ask_sessions", "prp"), CONTENT)
    assert answer_id(decision) == "ask_comparison/prp_or_exosomes"


def test_the_likelier_of_two_unrelated_subjects_is_answered():
    ranking = [("ask_causes/women", 0.6), ("ask_causes/stress", 0.3)]
    decision = resolve(heard("ask_causes", "stress", "women", ranking=ranking), NOTHING, CONTENT)
    assert answer_id(decision) == "ask_causes/women"


# Short follow-ups.


def test_a_message_that_is_only_a_subject_keeps_the_topic():
    message = heard("ask_definition", "exosomes", bare_subject=True, confidence=0.6)
    decision = resolve(message, about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_downtime/exosomes"


def test_a_short_question_that_is_plain_by_itself_is_no_follow_up():
    message = heard("ask_definition", "exosomes", bare_subject=True, confidence=0.95)
    decision = resolve(message, about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_definition/exosomes"


def test_what_about_another_treatment_is_declined_where_the_articles_are_silent():
    decision = same_about(heard("ask_same_about", "laser"), about("ask_downtime", "prp"), CONTENT)
    assert decision.outcome is Outcome.NO_ANSWER


def test_what_about_something_of_another_kind_starts_with_what_is_known_of_it():
    decision = same_about(heard("ask_same_about", "stress"), about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_causes/stress"


def test_the_other_one_is_the_other_side_of_the_comparison():
    context = about("ask_how_it_works", "prp", pair=("prp", "exosomes"))
    decision = same_about(heard("ask_other_one", "other_of_pair"), context, CONTENT)
    assert answer_id(decision) == "ask_how_it_works/exosomes"


def test_the_other_one_without_a_pair_is_the_subject_before():
    context = about("ask_downtime", "prp", previous_subject="exosomes")
    decision = same_about(heard("ask_other_one", "other_of_pair"), context, CONTENT)
    assert answer_id(decision) == "ask_downtime/exosomes"


def test_the_second_one_is_the_second_side_of_the_comparison():
    context = Context("ask_comparison", pair=("prp", "exosomes"))
    decision = resolve(heard("ask_downtime", "second_of_pair"), context, CONTENT)
    assert answer_id(decision) == "ask_downtime/exosomes"


def test_why_explains_how_the_thing_talked_about_works():
    assert answer_id(why(heard("ask_why"), about("ask_downtime", "prp"), CONTENT)) == (
        "ask_how_it_works/prp"
    )


def test_tell_me_more_never_repeats_an_answer():
    context = about("ask_downtime", "prp", shown=("ask_downtime/prp",))
    assert answer_id(more(heard("ask_more"), context, CONTENT)) == "ask_sessions/prp"


def test_tell_me_more_ends_honestly():
    shown = ("ask_downtime/prp", "ask_sessions/prp")
    decision = more(heard("ask_more"), about("ask_sessions", "prp", shown=shown), CONTENT)
    assert decision.outcome is Outcome.NO_ANSWER
    assert decision.nothing_more


def test_tell_me_more_about_nothing_asks_back():
    assert more(heard("ask_more"), NOTHING, CONTENT).outcome is Outcome.CLARIFY


# Bands and special topics.


def test_close_answers_are_offered_as_choices():
    ranking = [("ask_downtime/prp", 0.3), ("ask_sessions/prp", 0.28)]
    message = heard("nlu_fallback", band=Band.CLARIFY, ranking=ranking)
    decision = resolve(message, NOTHING, CONTENT)
    assert decision.outcome is Outcome.CLARIFY
    assert [a.id for a in decision.choices] == ["ask_downtime/prp", "ask_sessions/prp"]


def test_what_is_not_understood_is_declined():
    decision = resolve(heard("nlu_fallback", band=Band.NONE), about("ask_downtime", "prp"), CONTENT)
    assert decision.outcome is Outcome.NO_ANSWER


def test_the_price_of_any_treatment_comes_from_the_clinic():
    assert answer_id(resolve(heard("ask_price", "prp"), NOTHING, CONTENT)) == "ask_price/clinic"


def test_a_known_gap_is_told_by_what_was_asked_and_not_by_the_treatment_named():
    ranking = [("ask_not_covered/results_last", 0.7)]
    decision = resolve(heard("ask_not_covered", "prp", ranking=ranking), NOTHING, CONTENT)
    assert answer_id(decision) == "ask_not_covered/results_last"


def test_something_not_covered_can_still_get_help_on_its_topic():
    decision = resolve(heard("ask_downtime", "hats"), NOTHING, CONTENT)
    assert answer_id(decision) == "ask_downtime/treatments"
    assert decision.uncovered == "hats"


def test_a_follow_up_is_rather_about_what_is_talked_about_than_about_a_near_topic_without_it():
    ranking = [("ask_causes/hair_loss", 0.4), ("ask_how_it_works/prp", 0.3)]
    decision = resolve(heard("ask_causes", ranking=ranking), about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_how_it_works/prp"
    assert decision.carried


def test_a_plain_question_on_a_new_topic_is_not_bent_to_what_was_talked_about():
    ranking = [("ask_causes/hair_loss", 0.8), ("ask_how_it_works/prp", 0.1)]
    decision = resolve(heard("ask_causes", ranking=ranking), about("ask_downtime", "prp"), CONTENT)
    assert answer_id(decision) == "ask_causes/hair_loss"
