/*
 * engine/reporter.h -- whose a report that came by mail is.
 *
 * Anybody can mail a report, and name any organisation and any address in it. What can be proven is who sent the mail: one of
 * our own servers says that a signature passed (RFC 8601), and it is of the domain in From; or a key that is still published says
 * so (engine/proof.h). So a reporter is called by that domain, too, unless the organisation calls itself so: "google.com", but
 * "Enterprise Outlook (microsoft.com)" and "comcast.net (alerts.comcast.net)". Of a report that was given as a file nothing is proven; it is called by the domain of
 * the address in it.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPORTER_H
#define REP_ENGINE_REPORTER_H

#include "config/config.h"
#include "fact/auth_results.h"
#include "fact/signed.h"
#include "store/store.h"

/* Judgement: a clock, or a time zone, that is wrong by a day is nothing to speak of; a report that ends later is of a time to come. */
enum { REP_REPORT_CLOCK_OFF_S = 86400 };

/* How far a report is to be believed, and the domain by which its reporter is called. Views. */
struct rep_reporter {
	enum rep_kept_trust trust;
	struct rep_str domain; /* empty: none is known */
	struct rep_str
	    proof; /* of an UNSURE one: what may prove it (engine/proof.h); empty: nothing */
};

/*
 * mailed: it came in a mail. auth: what that mail says at its top. by: its signatures. NULL: nothing. ids: names of own servers,
 * upper and lower case alike. email: the address in the report. proof: room for the proof, if there is one.
 */
struct rep_reporter rep_reporter_of(bool mailed, const struct rep_auth_results *auth,
    const struct rep_signatures *by, const struct rep_config_list *ids, struct rep_str email,
    struct rep_buf *proof);

/* What a reporter is called: in room bytes, with a NUL. Names are cut at 200 bytes. */
enum { REP_REPORTER_NAME = 512 };
struct rep_str rep_reporter_name(
    struct rep_str org, struct rep_str domain, char room[REP_REPORTER_NAME]);
/*
 * The domain by which a reporter of this name is called, whole, a view into it. Empty: none, or it is too long.
 * An organisation may write what it likes in its name.
 */
struct rep_str rep_reporter_domain(struct rep_str name, struct rep_str org);

#endif
