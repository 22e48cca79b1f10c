/*
 * unit/test_words.c -- refusals in words that no phrase of a rule has as they stand: one or two rows
 * for each kind of word. What they are read as is a guess, so none of them may be certain.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/know.h"
#include "tap.h"

#define HOST "mx.small.example"

struct row {
	const char *reply;
	enum rep_class class;
	enum rep_scope scope; /* REP_SCOPE_N: any */
};

#define BLOCKED REP_CLASS_BLOCKED, REP_SCOPE_SOURCE
#define THROTTLED REP_CLASS_THROTTLED, REP_SCOPE_SOURCE
#define GREY REP_CLASS_GREYLISTED, REP_SCOPE_SOURCE
#define AUTH REP_CLASS_AUTHENTICATION, REP_SCOPE_DOMAIN
#define PTR REP_CLASS_IDENTITY, REP_SCOPE_SOURCE
#define SENDER REP_CLASS_IDENTITY, REP_SCOPE_DOMAIN
#define CONTENT REP_CLASS_CONTENT, REP_SCOPE_MESSAGE
#define RECIPIENT REP_CLASS_RECIPIENT, REP_SCOPE_RECIPIENT
#define MAILBOX REP_CLASS_MAILBOX, REP_SCOPE_RECIPIENT
#define WISH REP_CLASS_POLICY, REP_SCOPE_RECIPIENT
#define POLICY REP_CLASS_POLICY, REP_SCOPE_N
#define CAPACITY REP_CLASS_CAPACITY, REP_SCOPE_PROVIDER
#define NETWORK REP_CLASS_NETWORK, REP_SCOPE_PROVIDER
#define TLS REP_CLASS_TLS, REP_SCOPE_SESSION
#define PROTOCOL REP_CLASS_PROTOCOL, REP_SCOPE_N

static const struct row rows[] = {
	/* what became of a mailbox */
	{ "550 this account was deleted in March", RECIPIENT },
	{ "550 5.7.1 Ann has left our school", RECIPIENT },
	{ "550 the letter box was closed by its owner", RECIPIENT },
	{ "550 this e-mail address is not in use", RECIPIENT },
	{ "550 Das Postfach wurde gelöscht", RECIPIENT },
	{ "550 La cuenta fue eliminada", RECIPIENT },
	{ "550 adresse supprimée", RECIPIENT },
	/* nobody there */
	{ "550 there is nobody called ann in this house", RECIPIENT },
	{ "550 we do not know this lady", RECIPIENT },
	{ "550 the mailbox cannot be located", RECIPIENT },
	{ "550 ann does not work here", RECIPIENT },
	{ "554 mail is not being accepted at this address", RECIPIENT },
	{ "550 the email is invalid", RECIPIENT },
	{ "550 your recipient is not in my local lists", RECIPIENT },
	{ "550 Recipient refused, see https://help.small.example/12", RECIPIENT },
	{ "550 unable to verify the recipient", RECIPIENT },
	{ "550 something with the recipient", RECIPIENT },
	{ "550 she has now left us", RECIPIENT },
	{ "550 an invalid e-mail it is", RECIPIENT },
	{ "550 we take no mail for that user", RECIPIENT },
	{ "550 not among my allowed recipients", RECIPIENT },
	/* other tongues */
	{ "550 schránka neexistuje", RECIPIENT },
	{ "550 användaren finns inte", RECIPIENT },
	{ "550 brugeren findes ikke", RECIPIENT },
	{ "550 kullanıcı bulunamadı", RECIPIENT },
	{ "550 nincs ilyen cím", RECIPIENT },
	{ "550 사용자가 존재하지 않습니다", RECIPIENT },
	{ "552 schránka je plná", MAILBOX },
	{ "550 posta kutusu dolu", MAILBOX },
	/* full */
	{ "452 insufficient space for ann", MAILBOX },
	{ "554 ann has reached the limit of her mailbox", MAILBOX },
	{ "550 the folder is over its limit", MAILBOX },
	/* contents */
	{ "554 refused because of its content", CONTENT },
	{ "550 the message scored 11 in our test", CONTENT },
	{ "554 it did not pass the filter", CONTENT },
	{ "550 too junk for us", CONTENT },
	{ "554 this file type is none we take", CONTENT },
	{ "552 a disallowed attach type", CONTENT },
	{ "552 its size is greater than we take", CONTENT },
	{ "554 the outer filter rejects it", CONTENT },
	{ "550 blocked by spam measures of ours", CONTENT },
	/* blocks */
	{ "550 your host is refused because of abuse", BLOCKED },
	{ "554 your server has sent us spam", BLOCKED },
	{ "550 your IP is on a deny list", BLOCKED },
	{ "554 mail refused - <192.0.2.7> - ask us", BLOCKED },
	{ "550 your karma score is -9", BLOCKED },
	{ "550 xyz - ann sender rejected AUP#CDRBL", BLOCKED },
	{ "550-connections from this address are blocked 550 call us", REP_CLASS_BLOCKED,
	    REP_SCOPE_N },
	/* limits */
	{ "421 mail from (192.0.2.7) is deferred, too popular", THROTTLED },
	{ "450 you have sent more than 90 letters", THROTTLED },
	{ "451 please mind our delivery rate", THROTTLED },
	{ "550 5.7.1 too many requests of yours", THROTTLED },
	{ "450 the sessions per client are used up", THROTTLED },
	{ "451 login failed: credits exceeded", THROTTLED },
	{ "450 4.7.1 intentional policy rejection, come again", GREY },
	/* names */
	{ "554 your host name does not match", PTR },
	{ "554 your address has no name", PTR },
	{ "450 <ann@shop.example>: Sender address rejected: Address uses MX in a strange net",
	    SENDER },
	{ "550 sender domain cannot be resolved today", SENDER },
	{ "501 the sender must contain a domain", SENDER },
	{ "550 the sender of this cannot be verified", SENDER },
	/* signatures */
	{ "550 unauthenticated letters are sent back", AUTH },
	{ "554 the header From fails alignment", AUTH },
	{ "550 shop.example does not permit this host to send", AUTH },
	{ "550 shop.example does not designate 192.0.2.7", AUTH },
	/* wishes of people and of houses */
	{ "550 only internal senders may write to ann", WISH },
	{ "550 posts only from subscribers", WISH },
	{ "550 ann has blacklisted you", WISH },
	{ "550 ann does not want mail", WISH },
	{ "550 5.2.1 we do not accept any post from this sender", POLICY },
	{ "550 an administrative block holds it", POLICY },
	{ "550 5.7.1 blocked by policy of the house", POLICY },
	{ "550 the top level domain of yours is unloved", POLICY },
	{ "553 Requested action not taken: local user only", WISH },
	{ "551 you have no permission to send as ann", POLICY },
	{ "554 gate.small.example ESMTP not accepting messages", POLICY },
	/* their trouble */
	{ "451 our database is asleep", CAPACITY },
	{ "450 her mailbox unavailable, come back", REP_CLASS_CAPACITY, REP_SCOPE_RECIPIENT },
	{ "421 the house is restarted", CAPACITY },
	{ "451 the backend sleeps", CAPACITY },
	{ "450 4.3.0 ClamAV is unavailable", CAPACITY },
	{ "451 could not reach the next hop", NETWORK },
	/* the dialogue and the form */
	{ "554 you do not follow the SMTP protocol", PROTOCOL },
	{ "554 you talk too soon", PROTOCOL },
	{ "550 you spoke before the greeting", PROTOCOL },
	{ "550 a letter must have a Date header", PROTOCOL },
	{ "554 we take no letter with an empty subject", PROTOCOL },
	{ "554 the parts are nested too deep", PROTOCOL },
	{ "550 bad form; failing address in Cc: ann", PROTOCOL },
	{ "550 encryption is mandatory for us", TLS },
};

/* Words that look like one of the kinds above and are another. */
static const struct row others[] = {
	{ "550 too many messages in this mailbox", MAILBOX },
	{ "421 too many connections, the session was closed", THROTTLED },
	{ "550 the From address matches no verified sender identity", POLICY },
	{ "553 the From line must equal authorized name", POLICY },
	{ "450 the number of messages in an hour is used up", THROTTLED },
	{ "554 5.7.1 Connection refused: IP name lookup failed", PTR },
	{ "451 4.7.1 de novo em breve", REP_CLASS_UNKNOWN, REP_SCOPE_N },
	{ "450 mailbox busy: another session reads it", REP_CLASS_CAPACITY, REP_SCOPE_RECIPIENT },
	{ "452 4.2.0 her mailbox is locked", REP_CLASS_CAPACITY, REP_SCOPE_RECIPIENT },
	{ "550 her mailbox is locked", RECIPIENT },
	{ "550 mailbox unavailable", RECIPIENT },
	{ "554 5.7.1 ACL dns_rbl; Client host [192.0.2.7] blocked using a.zone.example",
	    REP_CLASS_LISTED, REP_SCOPE_SOURCE },
};

/* Said by Yahoo it means more than said by others. */
static const struct row slowed = { "451 this message temporarily deferred - [7]", THROTTLED };

/* Words of two classes leave it open which is meant. Words within longer ones are one statement. */
static const struct {
	const char *reply;
	bool certain;
} both[] = {
	{ "550 mailbox full", true },
	{ "550 mailbox full, or too many connections", false },
	{ "553 invalid sender domain", true },
	{ "553 invalid sender domain, too many connections", false },
	{ "550 no PTR record", true },
	{ "421 connections from this address are limited", true },
	{ "550 connections from this address: it is on our blocklist", false },
};

static void
one(const struct rep_know *k, const char *host, const struct row *row, bool guess)
{
	struct rep_reading r;
	struct rep_str id = REP_S("no rule");

	rep_know_read(k, rep_str_c(host), rep_str_c(row->reply), &r);
	if (r.rule != NULL)
		id = r.rule->id;
	if (!ok(r.class == row->class && (row->scope == REP_SCOPE_N || r.scope == row->scope) &&
		    !(guess && r.certain),
		"%s", row->reply))
		printf("#  got %s, %s, %.*s, certain %d\n", rep_class_word(r.class),
		    r.scope != REP_SCOPE_NONE ? rep_scope_word(r.scope) : "-", REP_PR(id),
		    r.certain);
}

int
main(void)
{
	struct rep_know *k = rep_know_new();
	struct rep_err err = { .msg = "" };

	if (rep_know_add_builtin(k, &err) != REP_OK || rep_know_ready(k, &err) != REP_OK) {
		ok(false, "built in: %s", err.msg);
		return done();
	}
	for (size_t i = 0; i < REP_COUNT(rows); i++)
		one(k, HOST, &rows[i], true);
	for (size_t i = 0; i < REP_COUNT(others); i++)
		one(k, HOST, &others[i], false);
	one(k, "mta5.am0.yahoodns.net", &slowed, true);
	for (size_t i = 0; i < REP_COUNT(both); i++) {
		struct rep_reading r;

		rep_know_read(k, rep_str_c(HOST), rep_str_c(both[i].reply), &r);
		ok(r.rule != NULL && r.certain == both[i].certain, "%s: %s", both[i].reply,
		    both[i].certain ? "certain" : "not certain");
	}
	rep_know_free(k);
	return done();
}
