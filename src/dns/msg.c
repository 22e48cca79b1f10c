/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/msg.h"

#include <stdio.h>

enum { HEADER = 12, MAX_RECORDS = 4096, CLASS_IN = 1, AD = 0x20, CD = 0x10 };

struct wire_reader {
	const unsigned char *p;
	size_t n, at;
	struct rep_arena *a;
};

static bool
u16(struct wire_reader *r, unsigned *out)
{
	if (r->n - r->at < 2)
		return false;
	*out = (unsigned)r->p[r->at] << 8 | r->p[r->at + 1];
	r->at += 2;
	return true;
}

static bool
u32(struct wire_reader *r, uint32_t *out)
{
	unsigned hi, lo;

	if (!u16(r, &hi) || !u16(r, &lo))
		return false;
	*out = (uint32_t)hi << 16 | lo;
	return true;
}

/*
 * A name at *at, which moves behind it. A pointer must lead to before where its own chain began:
 * so each step goes back and it ends.
 */
static bool
name_at(const struct wire_reader *r, size_t *at, size_t end, struct rep_name *out)
{
	size_t i = *at, least = *at, n = 0, len;
	bool jumped = false;

	for (;;) {
		if (i >= (jumped ? r->n : end))
			return false;
		len = r->p[i];
		if ((len & 0xc0) == 0xc0) {
			if (i + 1 >= (jumped ? r->n : end))
				return false;
			len = (len & 0x3f) << 8 | r->p[i + 1];
			if (!jumped)
				*at = i + 2;
			if (len >= least)
				return false;
			i = least = len;
			jumped = true;
			continue;
		}
		if (len > 63 || n + len + 1 > REP_NAME_MAX || i + len >= (jumped ? r->n : end))
			return false;
		out->w[n++] = (unsigned char)len;
		for (size_t k = 1; k <= len; k++)
			out->w[n++] = (unsigned char)rep_lower((char)r->p[i + k]);
		i += len + 1;
		if (len == 0)
			break;
	}
	if (!jumped)
		*at = i;
	out->n = (uint8_t)n;
	return true;
}

/* A name in the arena; NULL: broken, or no room (full is set). */
static const struct rep_name *
keep_name(struct wire_reader *r, size_t *at, size_t end, bool *full)
{
	struct rep_name name, *kept;

	if (!name_at(r, at, end, &name))
		return NULL;
	if ((kept = rep_arena_alloc(r->a, sizeof *kept)) == NULL) {
		*full = true;
		return NULL;
	}
	kept->n = name.n;
	memcpy(kept->w, name.w, name.n);
	return kept;
}

static bool
read_txt(struct wire_reader *r, struct rep_dns_rr *rr, struct rep_str raw, bool *full)
{
	char *joined = rep_arena_alloc(r->a, raw.n + 1);
	size_t n = 0, len;

	if (joined == NULL) {
		*full = true;
		return false;
	}
	for (size_t i = 0; i < raw.n; i += len + 1) {
		len = (unsigned char)raw.p[i];
		if (len > raw.n - i - 1)
			return false;
		memcpy(joined + n, raw.p + i + 1, len);
		n += len;
		rr->strings++;
	}
	rr->data = (struct rep_str){ joined, n };
	return true;
}

static bool
read_soa(struct wire_reader *r, struct rep_dns_rr *rr, size_t at, size_t end, bool *full)
{
	struct rep_name mailbox;
	struct wire_reader tail = *r;
	uint32_t v = 0;

	if ((rr->target = keep_name(r, &at, end, full)) == NULL || !name_at(r, &at, end, &mailbox))
		return false;
	tail.at = at;
	tail.n = end;
	for (int i = 0; i < 5; i++)
		if (!u32(&tail, &v))
			return false;
	rr->number = v;
	return tail.at == end;
}

static bool
read_data(struct wire_reader *r, struct rep_dns_rr *rr, size_t len, bool *full)
{
	size_t at = r->at, end = r->at + len;
	unsigned pref;

	rr->data = (struct rep_str){ (const char *)r->p + at, len };
	switch (rr->type) {
	case REP_DNS_A:
	case REP_DNS_AAAA:
		if (len != (rr->type == REP_DNS_A ? 4u : 16u))
			return false;
		rr->ip.version = rr->type == REP_DNS_A ? 4 : 6;
		memcpy(rr->ip.b, r->p + at, len);
		return true;
	case REP_DNS_MX:
		if (!u16(&(struct wire_reader){ .p = r->p, .n = end, .at = at }, &pref))
			return false;
		rr->number = pref;
		at += 2;
		/* fallthrough */
	case REP_DNS_NS:
	case REP_DNS_CNAME:
	case REP_DNS_PTR: return (rr->target = keep_name(r, &at, end, full)) != NULL && at == end;
	case REP_DNS_SOA: return read_soa(r, rr, at, end, full);
	case REP_DNS_TXT: return read_txt(r, rr, rr->data, full);
	default: return true;
	}
}

/* Of no interest, as the EDNS pseudo-record is, and with its type. Its class is another, or it is broken. */
static void
skip(struct rep_dns_rr *rr)
{
	*rr = (struct rep_dns_rr){
		.name = rr->name, .type = REP_DNS_OPT, .section = rr->section, .ttl_s = rr->ttl_s
	};
}

static bool
read_record(struct wire_reader *r, unsigned section, struct rep_dns_rr *rr, struct rep_dns_msg *m,
    bool *full)
{
	unsigned type, class, len;

	rr->section = (uint16_t)section;
	if ((rr->name = keep_name(r, &r->at, r->n, full)) == NULL || !u16(r, &type) ||
	    !u16(r, &class) || !u32(r, &rr->ttl_s) || !u16(r, &len) || len > r->n - r->at)
		return false;
	rr->type = (uint16_t)type;
	if (rr->ttl_s > INT32_MAX)
		rr->ttl_s = 0; /* RFC 2181, 8 */
	if (type == REP_DNS_OPT) {
		m->rcode |= (int)(rr->ttl_s >> 24) << 4;
		m->edns = true;
	} else if (class != CLASS_IN || (type == REP_DNS_TXT && len == 0)) {
		skip(rr);
	} else if (!read_data(r, rr, len, full)) {
		if (rr->section == REP_DNS_ANSWER || *full)
			return false;
		skip(rr);
	}
	r->at += len;
	return true;
}

static enum rep_rc
read_records(
    struct wire_reader *r, const unsigned counts[4], struct rep_dns_msg *m, struct rep_err *err)
{
	size_t all = (size_t)counts[1] + counts[2] + counts[3];
	bool full = false;

	if (all > MAX_RECORDS || all > (r->n - r->at) / 11)
		return rep_fail(
		    err, REP_ESYNTAX, "DNS message of %zu bytes claims %zu records", r->n, all);
	if ((m->rr = rep_arena_alloc(r->a, (all + 1) * sizeof *m->rr)) == NULL)
		return rep_fail(err, REP_ELIMIT, "DNS message larger than there is room for");
	for (unsigned section = 0; section < 3; section++)
		for (unsigned i = 0; i < counts[section + 1]; i++) {
			if (!read_record(r, section, &m->rr[m->n], m, &full))
				return full ? rep_fail(err, REP_ELIMIT,
						  "DNS message larger than there is room for")
					    : rep_fail(err, REP_ESYNTAX,
						  "DNS message is broken at record %zu of %zu",
						  m->n + 1, all);
			m->n++;
		}
	return REP_OK;
}

enum rep_rc
rep_dns_msg_parse(
    struct rep_str wire, struct rep_arena *a, struct rep_dns_msg *out, struct rep_err *err)
{
	struct wire_reader r = {
		.p = (const unsigned char *)wire.p, .n = wire.n, .at = HEADER, .a = a
	};
	struct rep_dns_msg m = { .id = 0 };
	unsigned counts[4], type, class;
	enum rep_rc rc;

	if (wire.n < HEADER)
		return rep_fail(err, REP_ESYNTAX, "%zu bytes are not a DNS message", wire.n);
	m.id = (uint16_t)(r.p[0] << 8 | r.p[1]);
	m.response = (r.p[2] & 0x80) != 0;
	m.authoritative = (r.p[2] & 0x04) != 0;
	m.truncated = (r.p[2] & 0x02) != 0;
	m.authentic = (r.p[3] & AD) != 0;
	m.rcode = r.p[3] & 0x0f;
	for (int i = 0; i < 4; i++)
		counts[i] = (unsigned)r.p[4 + 2 * i] << 8 | r.p[5 + 2 * i];
	if (counts[0] > 1)
		return rep_fail(err, REP_ESYNTAX, "DNS message with %u questions", counts[0]);
	if (counts[0] == 1) {
		if (!name_at(&r, &r.at, r.n, &m.qname) || !u16(&r, &type) || !u16(&r, &class))
			return rep_fail(err, REP_ESYNTAX, "DNS message is broken in its question");
		m.question = true;
		m.qtype = (uint16_t)type;
	}
	if ((rc = read_records(&r, counts, &m, err)) != REP_OK)
		return rc;
	*out = m;
	return REP_OK;
}

size_t
rep_dns_query_make(uint16_t id, unsigned flags, const struct rep_name *name, uint16_t type,
    unsigned char out[REP_DNS_QUERY_MAX])
{
	static const unsigned char opt[] = { 0, 0, REP_DNS_OPT, REP_DNS_UDP_SIZE >> 8,
		REP_DNS_UDP_SIZE & 0xff, 0, 0, 0, 0, 0, 0 };
	size_t n = HEADER;

	memset(out, 0, HEADER);
	out[0] = (unsigned char)(id >> 8);
	out[1] = (unsigned char)id;
	out[2] = (flags & REP_DNS_RECURSE) != 0 ? 1 : 0;
	out[3] = (unsigned char)(((flags & REP_DNS_RECURSE) != 0 ? AD : 0) |
	    ((flags & REP_DNS_UNCHECKED) != 0 ? CD : 0));
	out[5] = 1;
	memcpy(out + n, name->w, name->n);
	n += name->n;
	out[n++] = (unsigned char)(type >> 8);
	out[n++] = (unsigned char)type;
	out[n++] = 0;
	out[n++] = CLASS_IN;
	if ((flags & REP_DNS_EDNS) == 0)
		return n;
	out[11] = 1;
	memcpy(out + n, opt, sizeof opt);
	return n + sizeof opt;
}

static const struct {
	uint16_t type;
	const char *text;
} types[] = { { REP_DNS_A, "A" }, { REP_DNS_NS, "NS" }, { REP_DNS_CNAME, "CNAME" },
	{ REP_DNS_SOA, "SOA" }, { REP_DNS_PTR, "PTR" }, { REP_DNS_MX, "MX" },
	{ REP_DNS_TXT, "TXT" }, { REP_DNS_AAAA, "AAAA" }, { REP_DNS_TLSA, "TLSA" },
	{ REP_DNS_CAA, "CAA" } };

const char *
rep_dns_type_text(uint16_t type, char buf[16])
{
	for (size_t i = 0; i < REP_COUNT(types); i++)
		if (types[i].type == type)
			return types[i].text;
	snprintf(buf, 16, "TYPE%u", type);
	return buf;
}

uint16_t
rep_dns_type_parse(struct rep_str word)
{
	for (size_t i = 0; i < REP_COUNT(types); i++)
		if (rep_str_eq_nocase(word, rep_str_c(types[i].text)))
			return types[i].type;
	return 0;
}
