/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/mta_formats.h"
#include "intake/exim.h"
#include "intake/opensmtpd.h"
#include "intake/postfix.h"
#include "intake/sendmail.h"

/* No tag is recognised by two formats. */
static const struct rep_mta_format formats[] = {
	{ "Postfix", rep_postfix_recognise, rep_postfix_read },
	{ "Exim", rep_exim_recognise, rep_exim_read },
	{ "Sendmail", rep_sendmail_recognise, rep_sendmail_read },
	{ "OpenSMTPD", rep_opensmtpd_recognise, rep_opensmtpd_read },
};

const struct rep_mta_format *
rep_mta_format_at(size_t i)
{
	return i < REP_COUNT(formats) ? &formats[i] : NULL;
}

const struct rep_mta_format *
rep_mta_format_of(struct rep_str tag, struct rep_mta_tag *out)
{
	for (size_t i = 0; i < REP_COUNT(formats); i++)
		if (formats[i].recognise(tag, out))
			return &formats[i];
	return NULL;
}

/*
 * Servers that send, and that are not read: by the tag, up to a "/", or by the first word in their
 * own files.
 */
static const struct {
	const char *name, *tag, *first;
} unread[] = {
	{ "Haraka", "haraka", NULL },
	{ "Haraka", NULL, "[INFO]" },
	{ "Haraka", NULL, "[NOTICE]" },
	{ "Haraka", NULL, "[WARN]" },
	{ "Haraka", NULL, "[ERROR]" },
	{ "Haraka", NULL, "[CRIT]" },
	{ "Haraka", NULL, "[DEBUG]" },
	{ "Haraka", NULL, "[PROTOCOL]" },
	{ "msmtp", "msmtp", NULL },
	{ "msmtp", NULL, "host=" },
	{ "ssmtp", "sSMTP", NULL },
	{ "ssmtp", "ssmtp", NULL },
	{ "nullmailer", "nullmailer", NULL },
	{ "nullmailer", "nullmailer-send", NULL },
	{ "qmail", "qmail", NULL },
	{ "qmail", "qmail-send", NULL },
	{ "qmail", NULL, "@40000000" },
	{ "Courier", "courierd", NULL },
	{ "Courier", "courieresmtp", NULL },
	{ "dma", "dma", NULL },
	{ "maddy", "maddy", NULL },
	{ "Stalwart", "stalwart", NULL },
	{ "Stalwart", "stalwart-mail", NULL },
	{ "mox", "mox", NULL },
	{ "masqmail", "masqmail", NULL },
};

/* Most differ in the first byte, and every line that no format knows comes here. */
static bool
begins(struct rep_str s, const char *with)
{
	return s.n > 0 && s.p[0] == with[0] && rep_str_starts(s, rep_str_c(with));
}

const char *
rep_mta_unread(struct rep_str tag, struct rep_str first)
{
	size_t slash = rep_str_chr(tag, '/', 0);

	if (slash != SIZE_MAX)
		tag.n = slash;
	for (size_t i = 0; i < REP_COUNT(unread); i++)
		if (unread[i].tag != NULL
			? begins(tag, unread[i].tag) && tag.n == strlen(unread[i].tag)
			: begins(first, unread[i].first))
			return unread[i].name;
	return NULL;
}

bool
rep_mta_is_delivery(struct rep_str message)
{
	size_t at = rep_str_find(message, REP_S(", status="), 0);

	message = rep_str_sub(message, 0, at);
	return at != SIZE_MAX && rep_str_find(message, REP_S(" to=<"), 0) != SIZE_MAX &&
	    rep_str_find(message, REP_S(", relay="), 0) != SIZE_MAX;
}
