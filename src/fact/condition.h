/*
 * fact/condition.h -- what is so now, besides incidents, and a person is told of. Types only.
 *
 * A condition has a kind, and a subject: a domain, an address, a log host, a login. It begins, holds, and is over.
 * Each kind is an entry of the catalogue (know/alert_kinds.h), which says in which words it is told, and when.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_CONDITION_H
#define REP_FACT_CONDITION_H

#include "base/str.h"

#include <stdint.h>

/*
 * The names are in databases and in files of people: new ones are added, none is changed. Behind each: whether looks at
 * DNS find it (engine/kinds_found.c), at own domains and addresses.
 */
/* clang-format off */
#define REP_KIND_NAMES(X) \
	X(RECORD_GONE, "record-gone", true) \
	X(RECORD_BROKEN, "record-broken", true) \
	X(RECORD_CHANGED, "record-changed", true) \
	X(KEY_REVOKED, "key-revoked", true) \
	X(KEY_OLD, "key-old", true) \
	X(PTR_LOST, "ptr-lost", true) \
	X(PTR_CHANGED, "ptr-changed", true) \
	X(NEW_LISTING, "new-listing", true) \
	X(ACCOUNT_UNUSUAL, "account-unusual", false) \
	X(COMPLAINTS_NEAR, "complaints-near", false) \
	X(BOUNCES_NEAR, "bounces-near", false) \
	X(LOG_SILENT, "log-silent", false) \
	X(DISK_FULL, "disk-full", false) \
	X(WATCH_LIMPS, "watch-limps", false) \
	X(QUEUE_GROWS, "queue-grows", false) \
	X(QUEUE_EXPIRES, "queue-expires", false) \
	X(MAIL_LATE, "mail-late", false) \
	X(RELAY_QUOTA, "relay-quota", false) \
	X(CERTIFICATE_ENDS, "certificate-ends", false) \
	X(AUTH_REFUSED, "auth-refused", false) \
	X(FOLDER_SILENT, "folder-silent", false) \
	X(DMARC_FAILS, "dmarc-fails", false) \
	X(DMARC_DIFFERS, "dmarc-differs", false) \
	X(DMARC_SENDER, "dmarc-sender", false) \
	X(DMARC_FORGED, "dmarc-forged", false) \
	X(REPORTS_STOPPED, "reports-stopped", false) \
	X(REPORTER_SILENT, "reporter-silent", false) \
	X(TLS_FAILS, "tls-fails", false)
/* clang-format on */

#define REP_X(id, name, looks) REP_KIND_##id,
enum rep_kind { REP_KIND_NAMES(REP_X) REP_KIND_N };
#undef REP_X

/* The name of each kind. */
extern const char *const rep_kind_names[REP_KIND_N];
extern const bool rep_kind_of_looks[REP_KIND_N];
/* False: there is no such kind; *near (may be NULL) is then a name like it, or NULL. */
bool rep_kind_parse(struct rep_str name, enum rep_kind *out, const char **near);

struct rep_condition {
	enum rep_kind kind;
	struct rep_str subject; /* as people know it: "shop.example" */
	struct rep_str of; /* tells several of one subject apart: a record, a list; n == 0: none */
	int64_t since_s;   /* since when it is so, as far as is known */
	struct rep_str text; /* how much, and what was seen: whole sentences */
	/* What it is known by, where the subject may get another name; n == 0: the subject. */
	struct rep_str key;
};

#endif
