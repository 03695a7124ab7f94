"""Every operation of the API on one screen: method, path, handler, verb, what it takes and gives."""

from service.web.api import documents, exports, models, organisations, people, rounds, suggestions
from service.web.endpoint import Operation

V1 = "/api/v1"


def _(method: str, path: str, *rest: object, **more: object) -> Operation:
    return Operation(method, V1 + path, *rest, **more)  # type: ignore[arg-type]  # checked by Operation's own tests


M = models
# fmt: off
OPERATIONS: tuple[Operation, ...] = (
    _("GET",    "/me",                                     people.me,                "notice.own",           "Who am I", answer=M.Me),
    _("GET",    "/coalition",                              people.show_coalition,    "coalition.read",       "The coalition", answer=M.CoalitionShown),
    _("PATCH",  "/coalition",                              people.edit_coalition,    "coalition.edit",       "Change the coalition's settings", M.CoalitionChange, M.CoalitionShown),
    _("PUT",    "/coalition/logo",                         people.set_logo,          "coalition.edit",       "Set the logo (PNG or JPEG)", bytes, M.LogoKept),
    _("GET",    "/organisations",                          organisations.members,    "organisation.read",    "Member organisations", answer=M.OrganisationPage),
    _("POST",   "/organisations",                          organisations.add,        "organisation.add",     "Add an organisation", M.NewOrganisation, M.Created, 201),
    _("GET",    "/organisations/{organisation}",           organisations.show,       "organisation.read",    "An organisation, a member or one that left", answer=M.OrganisationShown),
    _("PATCH",  "/organisations/{organisation}",           organisations.rename,     "organisation.edit",    "Give an organisation other names", M.NewOrganisation, M.OrganisationShown),
    _("POST",   "/organisations/{organisation}/leaving",   organisations.leave,      "organisation.leave",   "An organisation leaves: its mandates and roles end", answer=M.OrganisationShown),
    _("POST",   "/organisations/{organisation}/return",    organisations.rejoin,     "organisation.add",     "An organisation comes back", answer=M.OrganisationShown),
    _("GET",    "/people",                                 people.list_people,       "person.read",          "People", answer=M.PersonPage),
    _("POST",   "/people",                                 people.add_person,        "person.add",           "Add a person", M.NewPerson, M.Created, 201),
    _("POST",   "/people/{person}/roles",                  people.grant_role,        "role.grant",           "Give a role", M.NewRole, status=204),
    _("DELETE", "/people/{person}/roles",                  people.take_role,         "role.take",            "Take a role back (?role, document)", status=204, query=("role", "document")),
    _("POST",   "/people/{person}/closing",                people.close_person,      "person.close",         "Close a person: their keys end", status=204),
    _("GET",    "/people/{person}/tokens",                 people.list_their_tokens, "token.others",         "A person's tokens", answer=M.TokenPage),
    _("DELETE", "/people/{person}/tokens/{token}",         people.revoke_their_token, "token.others",        "Revoke a person's token", status=204),
    _("GET",    "/mandates",                               people.list_mandates,     "mandate.read",         "Mandates", answer=M.MandatePage),
    _("POST",   "/mandates",                               people.grant_mandate,     "mandate.grant",        "Grant a mandate", M.NewMandate, M.Created, 201),
    _("POST",   "/mandates/{mandate}/confirmations",       people.confirm_mandate,   "mandate.confirm",      "Confirm a mandate", answer=M.MandateShown),
    _("POST",   "/mandates/{mandate}/revocation",          people.revoke_mandate,    "mandate.revoke",       "Revoke a mandate", status=204),
    _("GET",    "/tokens",                                 people.list_tokens,       "token.own",            "My tokens", answer=M.TokenPage),
    _("POST",   "/tokens",                                 people.issue_token,       "token.own",            "Make a token", M.NewToken, M.TokenMade, 201, secret_answer=True),
    _("DELETE", "/tokens/{token}",                         people.revoke_token,      "token.own",            "Revoke a token", status=204),
    _("GET",    "/notices",                                people.list_notices,      "notice.own",           "My notices", answer=M.NoticePage),
    _("GET",    "/mails",                                  people.list_mails,        "notice.own",           "My mails, in a sample", answer=M.MailPage),
    _("GET",    "/record",                                 people.list_record,       "record.read",          "The record", answer=M.RecordPage),
    _("GET",    "/documents",                              documents.list_documents, "document.read",        "Documents", answer=M.DocumentPage),
    _("POST",   "/documents",                              documents.open_document,  "document.open",        "Open a document", M.NewDocument, M.DocumentShown, 201),
    _("GET",    "/documents/{document}",                   documents.show_document,  "document.read",        "A document", answer=M.DocumentShown),
    _("PATCH",  "/documents/{document}",                   documents.edit_front,     "front.edit",           "Change place and addressees", M.FrontChange, M.DocumentShown, rev=True),
    _("PUT",    "/documents/{document}/numbering",         documents.renumber,       "draft.save",           "Have the numbers of articles typed or automatic", M.NumberingChange, M.DocumentShown, rev=True),
    _("POST",   "/documents/{document}/moves",             documents.move,           "document.move",        "To review, to drafting, withdrawn", M.Move, M.DocumentShown, rev=True),
    _("POST",   "/documents/{document}/editions",          documents.add_edition,    "edition.add",          "Add a language", M.AddedEdition, M.DocumentShown, 201, rev=True),
    _("PUT",    "/documents/{document}/editions/{lang}/title", documents.retitle,    "draft.save",           "Change a title", M.Title, M.DocumentShown, rev=True),
    _("GET",    "/documents/{document}/editions/{lang}/draft", documents.show_draft, "draft.read",           "The live text", answer=M.DraftShown),
    _("PUT",    "/documents/{document}/editions/{lang}/draft", documents.save_draft, "draft.save",           "Save a whole text", M.Save, M.SaveDone, plan=documents.plan_draft),
    _("POST",   "/documents/{document}/editions/{lang}/restoration", documents.restore_version, "draft.save",    "Have the draft say what a version said", M.Restoration, M.DraftShown),
    _("GET",    "/documents/{document}/editions/{lang}/hands", documents.list_hands, "draft.read",           "Who saved when", answer=M.HandPage),
    _("GET",    "/documents/{document}/editions/{lang}/authors", documents.list_authors, "draft.read",       "Whose the client ids of the live text are", answer=M.Authors),
    _("POST",   "/documents/{document}/editions/{lang}/suggestions", suggestions.keep, "suggestion.keep",    "Keep words that the draft did not take as a suggested change", M.NewSuggestion, M.SuggestionShown, 201),
    _("GET",    "/documents/{document}/suggestions",       suggestions.list_them,   "suggestion.read",      "Suggested changes: one's own, or all for those who draft", answer=M.SuggestionPage),
    _("GET",    "/documents/{document}/suggestions/{suggestion}", suggestions.show, "suggestion.read",      "A suggested change", answer=M.SuggestionShown),
    _("POST",   "/documents/{document}/suggestions/{suggestion}/taking", suggestions.take, "draft.save",     "Put a suggested change into the draft", answer=M.SuggestionShown),
    _("POST",   "/documents/{document}/suggestions/{suggestion}/setting-aside", suggestions.set_aside, "suggestion.keep", "Leave a suggested change out", answer=M.SuggestionShown),
    _("GET",    "/documents/{document}/versions",          documents.list_versions,  "version.read",         "Versions", answer=M.VersionPage),
    _("POST",   "/documents/{document}/versions",          documents.cut_version,    "version.cut",          "Cut a version", M.Cut, M.VersionShown, 201, rev=True),
    _("GET",    "/documents/{document}/versions/{number}", documents.show_version,   "version.read",         "A version", answer=M.VersionShown),
    _("GET",    "/documents/{document}/comparison",        documents.compare,        "version.read",         "Compare two versions (?lang, old, new)", answer=M.Comparison, query=("lang", "old", "new")),
    _("GET",    "/documents/{document}/rounds",            rounds.list_rounds,       "round.read",           "Rounds", answer=M.RoundPage),
    _("POST",   "/documents/{document}/rounds",            rounds.open_round,        "round.open",           "Open a round", M.NewRound, M.RoundShown, 201, rev=True),
    _("GET",    "/rounds/{round}",                         rounds.show_round,        "round.read",           "A round", answer=M.RoundShown),
    _("GET",    "/rounds/{round}/endorsements",            rounds.list_endorsements, "round.read",           "Endorsements", answer=M.EndorsementPage),
    _("POST",   "/rounds/{round}/challenges",              rounds.prepare,           "endorsement.cast",     "Prepare a statement; its code is mailed", M.Prepare, M.Prepared, 201),
    _("POST",   "/rounds/{round}/endorsements",            rounds.cast,              "endorsement.cast",     "Cast the prepared statement", M.Confirm, M.EndorsementShown, 201),
    _("POST",   "/rounds/{round}/withdrawals",             rounds.withdraw,          "endorsement.withdraw", "Withdraw by the prepared statement", M.Confirm, M.EndorsementShown),
    _("POST",   "/rounds/{round}/closing",                 rounds.close,             "round.close",          "Close early", answer=M.RoundShown),
    _("POST",   "/rounds/{round}/cancellation",            rounds.cancel,            "round.close",          "Cancel", answer=M.RoundShown),
    _("GET",    "/documents/{document}/seal",              rounds.show_seal,         "version.read",         "The seal", answer=M.SealShown),
    _("GET",    "/documents/{document}/translations",      exports.list_translations, "version.read",        "Translations that followed the seal", answer=M.TranslationPage),
    _("POST",   "/documents/{document}/translations",      exports.add_translation,  "translation.add",      "Add a translation after approval", M.NewTranslation, M.TranslationShown, 201),
    _("GET",    "/documents/{document}/exports",           exports.list_exports,     "export.read",          "Exports", answer=M.ExportPage),
    _("POST",   "/documents/{document}/exports",           exports.request_export,   "export.request",       "Ask for a file", M.NewExport, M.ExportShown, 202),
    _("GET",    "/exports/{export}",                       exports.show_export,      "export.read",          "An export and its progress", answer=M.ExportShown),
    _("GET",    "/exports/{export}/file",                  exports.download,         "export.read",          "The file"),
    _("GET",    "/documents/{document}/publication",       exports.show_publication, "document.read",        "The publication", answer=M.PublicationShown),
    _("POST",   "/documents/{document}/publication",       exports.publish,          "publication.publish",  "Publish, or publish a new revision", answer=M.PublicationShown, status=201),
    _("POST",   "/documents/{document}/publication/withdrawal", exports.withdraw,    "publication.withdraw", "Withdraw a publication", M.Withdrawal, M.PublicationShown),
    _("GET",    "/publications/{publication}",             exports.published,        "public",               "A publication, for everyone", answer=M.PublicationShown, public=True),
    _("GET",    "/publications/{publication}/files/{sha256}", exports.published_file, "public",              "A published file, for everyone", public=True),
)
# fmt: on
