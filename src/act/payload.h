/*
 * act/payload.h -- an alert message in the form of each kind of channel. Pure: no clock, no disk, no network.
 *
 * Whatever is in a message, it stays text: no line of it becomes a header, no word of it a command of Slack.
 * Control characters become blanks, bytes that are not UTF-8 '?'.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ACT_PAYLOAD_H
#define REP_ACT_PAYLOAD_H

#include "base/buf.h"
#include "engine/alert.h"

enum {
	/* Any form of a message. The text of an alert is a page at most; this is a hundred. */
	REP_PAYLOAD_MAX = 1 << 20,
	/* RFC 5322 section 2.1.1, without the line end. */
	REP_MAIL_LINE_MAX = 998,
	/* More is kept as an attachment by ntfy.sh (docs.ntfy.sh, publish, Limitations). */
	REP_NTFY_TEXT_MAX = 4096,
	/* What PagerDuty's Events API v2 takes as `summary`. */
	REP_PAGERDUTY_SUMMARY_MAX = 1024
};

/* Appends a mail with its header, lines ended by LF as sendmail wants them. from.n == 0: no From. */
void rep_payload_mail(
    const struct rep_alert_message *m, struct rep_str from, struct rep_str to, struct rep_buf *out);

/* Appends the JSON object of a webhook (doc/json.md, alert). */
void rep_payload_webhook(const struct rep_alert_message *m, struct rep_buf *out);

/* Appends the JSON object of an incoming webhook of Slack. */
void rep_payload_slack(const struct rep_alert_message *m, struct rep_buf *out);

enum rep_pagerduty_action { REP_PAGERDUTY_TRIGGER = 0, REP_PAGERDUTY_RESOLVE };

/* Appends an event of PagerDuty's Events API v2. */
void rep_payload_pagerduty(const struct rep_alert_message *m, struct rep_str routing_key,
    enum rep_pagerduty_action action, struct rep_buf *out);

/* Appends the text that ntfy shows. */
void rep_payload_ntfy(const struct rep_alert_message *m, struct rep_buf *out);

/*
 * Appends the value of a header: as it is if it is ASCII, else as encoded words (RFC 2047). `at`: the columns that
 * the line has already; longer lines are folded. SIZE_MAX: one line, for HTTP.
 */
void rep_payload_header_value(struct rep_str value, size_t at, struct rep_buf *out);

/*
 * Appends "t=UNIX,v1=HEX", HEX being HMAC-SHA256 over "UNIX.BODY" with that key. False: libcrypto could not.
 */
bool rep_payload_signature(
    struct rep_str key, int64_t now_s, struct rep_str body, struct rep_buf *out) REP_NODISCARD;

#endif
