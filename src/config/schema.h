/*
 * config/schema.h -- every key of the configuration, as data.
 *
 * What is not in these tables does not exist: the parser, both dumps, the help of
 * `config check` and the manual read them. To add a key, add a row and a member.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_SCHEMA_H
#define REP_CONFIG_SCHEMA_H

#include "base/str.h"

/* Keys of one section at most; src/config/schema.c is held against it. */
enum { REP_CONF_ITEMS_MAX = 16 };

/* What a value must be, and the type of the member it is kept in. */
enum rep_conf_type {
	REP_CONF_TEXT,	   /* struct rep_str: one line of anything printable */
	REP_CONF_PATH,	   /* struct rep_str: begins with '/' */
	REP_CONF_WATCHED,  /* struct rep_str: the same, or "journal", or "journal:" and more */
	REP_CONF_ZONE,	   /* struct rep_str: below /usr/share/zoneinfo, or UTC */
	REP_CONF_HOST,	   /* struct rep_str: a host name */
	REP_CONF_SELECTOR, /* struct rep_str: the name of a DKIM key, as s= has it */
	REP_CONF_RELAY,	   /* struct rep_str: as rep_config_host_parse reads it */
	REP_CONF_PATTERN,  /* struct rep_str: an address; '*' stands for anything */
	REP_CONF_PUBLIC,   /* struct rep_ip: an address the world sees */
	REP_CONF_ADDRESS,  /* struct rep_ip: any address of one machine */
	REP_CONF_WORD,	   /* unsigned: 1 + place of the word in `words` */
	REP_CONF_YESNO,	   /* bool */
	REP_CONF_COST,	   /* struct rep_str: as rep_cost_parse reads it */
	REP_CONF_DAYS,	   /* struct rep_str: as rep_days_parse reads it */
	REP_CONF_PLACE,	   /* struct rep_str: as rep_config_place_parse reads it */
	REP_CONF_URL,	   /* struct rep_str: http or https */
	REP_CONF_EVERY,	   /* struct rep_str: off, or a length of time of an hour to 7 days */
	REP_CONF_WINDOW,   /* struct rep_str: as rep_window_parse reads it */
	REP_CONF_TOPIC	   /* struct rep_str: the ARN of a topic of Amazon SNS */
};

struct rep_conf_item {
	const char *name;
	enum rep_conf_type type;
	bool list;	      /* several values, also on several lines; member is rep_config_list */
	bool required;	      /* its block is worth nothing without it */
	bool unique;	      /* a list whose values stand once in all blocks of the section */
	size_t offset;	      /* of the member in the struct of its section */
	const char *dflt;     /* as a file would say it; "NAME" is the block's; NULL: none */
	size_t min, max;      /* of `unit` */
	const char *unit;     /* "bytes" of one value, or "values" of a list */
	const char *words[8]; /* REP_CONF_WORD: in the order of its enum, from 1; NULL ends */
	const char *value;    /* what stands for the value in the manual: "ADDRESS" */
	const char *help;     /* one line */
};

struct rep_conf_section {
	const char *name;   /* keyword; "" for the top of the file */
	const char *plural; /* key of its array in JSON */
	const struct rep_conf_item *items;
	size_t n;
	size_t max;	    /* blocks of this kind */
	size_t size;	    /* of its struct */
	size_t at, at_n;    /* offsets of its array and count in struct rep_config */
	const char *one_of; /* at least one of its lists must be given: their names, or NULL */
	const char *help;
};

enum {
	REP_CONF_TOP = 0,
	REP_CONF_SOURCE,
	REP_CONF_RELAYS,
	REP_CONF_STREAM,
	REP_CONF_OPTION,
	REP_CONF_ALERT,
	REP_CONF_DOMAIN,
	REP_CONF_SNS,
	REP_CONF_SECTIONS
};

extern const struct rep_conf_section rep_conf_schema[REP_CONF_SECTIONS];

/* NULL when the section has no such key. */
const struct rep_conf_item *rep_conf_item(const struct rep_conf_section *s, struct rep_str name);
/* The section of a block keyword, or NULL. */
const struct rep_conf_section *rep_conf_section(struct rep_str name);

#endif
