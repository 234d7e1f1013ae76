/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - what the files of `xdplab watch` know of each other
 *
 * Three layers: the model, which gets what was read and knows what of it is
 * the same as before (model.c, keys.c: pure functions); readers that fill it
 * (maps.c, choice.c); and lines for those that show it (lines.c: rows of out.h,
 * screen.c).
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>

#include <xdplab.h>

#include "cmd.h"
#include "counter.h"
#include "memory.h"
#include "out.h"

/* ---- mark.c: what all lines have ---- */

#define WATCH_VERDICTS 5
#define WATCH_HISTORY  64  /* rounds */
#define WATCH_TELL     5   /* rounds for which something new is reported */
#define WATCH_KEEP     100 /* and for which what has gone is remembered */

/* The rates of the last rounds, of which .nr were seen: that of round n is in
 * n % WATCH_HISTORY, negative where there was none. */
struct history {
	float rates[WATCH_HISTORY];
	unsigned int nr;
};

/* The object that a line is about.  The kernel gives no id twice while it is up. */
struct mark {
	uint32_t id;	       /* 0: never seen */
	uint32_t renewed_from; /* the one that was there before; 0: none */
	unsigned int tell;     /* rounds for which that is still to be told */
	unsigned int absent;   /* rounds since it was seen; 0: it is there */
};

/* Gives a name of its own to what has one, or none. */
void watch_rename(char **name, const char *to);

void history_add(struct history *history, double rate);
/* That of `age` rounds ago, 0 the last; negative: none. */
double history_rate(const struct history *history, unsigned int age);

/* It is there, with this id.  Whether that is another one than before. */
bool mark_see(struct mark *mark, uint32_t id);
/* A round begins, in which it was not seen yet. */
void mark_begin(struct mark *mark);

/* ---- model.c, stage.c: interfaces, programs and stages ---- */

/* Packets and bytes by verdict, counted together. */
struct tally {
	bool counted;
	struct counter packets[WATCH_VERDICTS], bytes[WATCH_VERDICTS];
};

enum counter_state tally_state(const struct tally *tally);
double tally_pps(const struct tally *tally);
double tally_bytes_rate(const struct tally *tally);

struct watch_stage {
	struct mark mark;
	char *name;
	uint32_t place, prio, actions;
	struct tally tally;
	struct history history;
};

/* What is attached, or the place where something was. */
struct watch_program {
	struct mark mark;
	enum xdplab_mode mode;
	char *name; /* "" if there was none yet, or it may not be seen */
	bool is_chain;
	struct counter runs, run_ns;
	bool kernel_counts; /* else runs that stand still tell nothing */
	/* What has become of packets in a chain: rates alone, unless it is
	 * that of its only stage. */
	struct tally tally;
	struct history history;
	struct watch_stage **stages;
	size_t nr_stages;
	size_t nr_present; /* that are in the chain now, and come first */
};

struct watch_iface {
	char *name;
	uint32_t ifindex;
	bool named; /* by the user: it stays when it is gone */
	bool up;
	unsigned int absent;		  /* rounds since it was there */
	struct watch_program programs[4]; /* one of each mode at most */
	size_t nr_programs;
	size_t nr_present; /* that are attached now, and come first */
};

struct watch {
	double at, time; /* of the round, as in struct reading */
	double seconds;	 /* since the round before; 0: there was none */
	unsigned int round;
	bool only_named;     /* others are not looked at */
	bool kernel_counts;  /* the runs of all programs; it may change */
	bool counts_changed; /* it has, since the round before */
	struct watch_iface **ifaces;
	size_t nr_ifaces;
	struct watch_map **maps;
	size_t nr_maps;
};

/* A round begins: then what is there is reported, then it ends. */
void watch_begin(struct watch *watch, double at, double time);
struct watch_iface *watch_see(struct watch *watch,
			      const struct xdplab_iface *seen);
void watch_end(struct watch *watch);
bool watch_has(const struct watch *watch, const char *ifname);
/* Lets the interface of that name have a line whether it is there or not. */
void watch_name(struct watch *watch, const char *ifname);
void watch_free(struct watch *watch);

/* Packets a second, negative if not known; and nanoseconds for each. */
double program_pps(const struct watch_program *program);
double program_ns(const struct watch_program *program);

/* ---- keys.c: the entries of one map, round by round ---- */

struct watch_keys;

/* A key with its numbers. */
struct watch_key {
	uint64_t order; /* in which they came */
	unsigned int round;
	void *key;
	struct counter numbers[];
};

/* `bits` of each of the `nr` numbers that a key has.  There are never more than
 * `limit` keys. */
struct watch_keys *watch_keys_new(size_t key_size, const uint32_t *bits,
				  size_t nr, size_t limit);
void watch_keys_free(struct watch_keys *keys);
/* A round, `seconds` after the one before: keys that are not put in it go. */
void watch_keys_begin(struct watch_keys *keys, double seconds);
/* false: there is no room for more. */
bool watch_keys_put(struct watch_keys *keys, const void *key,
		    const uint64_t *values);
void watch_keys_end(struct watch_keys *keys);
size_t watch_keys_limit(const struct watch_keys *keys);
size_t watch_keys_count(const struct watch_keys *keys);
/* Up to `n` keys into `top`: all in their order if there are no more, else
 * those whose first number is fastest, or largest while there are no rates.
 * Returns how many. */
size_t watch_keys_top(const struct watch_keys *keys,
		      const struct watch_key **top, size_t n);

/* ---- choice.c: which fields of which maps ---- */

/* One --map, or the default, whose .text is NULL. */
struct watch_choice {
	const char *text;
	/* Instead the map in that place, whichever it is; NULL: any. */
	const char *ifname, *stage, *name;
};

/* What of a map is watched. */
struct watch_fields {
	void *key; /* this one alone, or NULL: all */
	char **paths;
	struct xdplab_field *fields;
	size_t nr;
	bool cut; /* there are more fields than those */
};

/* Whether the choice is about that map, which is used there first. */
bool watch_choice_fits(const struct watch_choice *choice, const char *ifname,
		       const char *stage, const struct xdplab_map_info *info);
/* 0, or -EINVAL after `why` says what is wrong with it. */
int watch_choice_fields(const struct watch_choice *choice,
			const struct xdplab_map *map,
			struct watch_fields *fields, char *why, size_t size);
void watch_fields_free(struct watch_fields *fields);

/* ---- map.c: one map ---- */

/* A field of an entry that has a line. */
struct watch_number {
	void *key;
	size_t key_size;
	char *key_text, *key_json, *path;
	bool is_signed;
	struct counter counter; /* as it was read last */
	struct history history;
};

struct watch_map {
	struct mark mark;
	char *ifname, *stage, *name; /* who uses it first */
	unsigned int nr_users;
	size_t order; /* among those that are shown */
	const struct watch_choice *choice;
	struct xdplab_map *map; /* NULL: not open */
	struct watch_fields fields;
	struct watch_keys *keys;
	double at;     /* when it was read */
	bool hidden;   /* nobody wants to see it, and it is not open */
	bool wrong;    /* there is no such key or field in it */
	bool limited;  /* there are more keys than those that were looked at */
	char why[160]; /* there is nothing to show of it; "" */
	struct watch_number **numbers;
	size_t nr_numbers;
};

/* Maps of our own state, and constants of programs. */
bool watch_map_is_internal(const struct xdplab_map_info *info);
/* Finds out what of .map is to be read for .choice; it may come to nothing, and
 * .why says so, or to a map that is hidden, and closed. */
void watch_map_prepare(struct watch_map *map);
/* Reads it; `top` keys get lines. */
void watch_map_read(struct watch_map *map, size_t top);
/* Lets the map go; its lines stay. */
void watch_map_close(struct watch_map *map);
void watch_map_free(struct watch_map *map);

/* ---- maps.c: the maps of what runs ---- */

struct watch_maps {
	const struct watch_choice *choices; /* one or more */
	size_t nr_choices;
	size_t top; /* keys of a map that have lines */
};

/* Reads the maps of what the model was given, before watch_end(). */
void watch_maps_read(struct watch *watch, const struct watch_maps *what,
		     const struct xdplab_status *status);
/* One that this choice is about; NULL: there is none. */
const struct watch_map *watch_maps_chosen(const struct watch *watch,
					  const struct watch_choice *choice);

/* ---- lines.c: what is shown, a line each ---- */

/* A line; it points into the model. */
struct watch_line {
	const struct watch_iface *iface;
	const struct watch_program *program; /* NULL: nothing is attached */
	const struct watch_stage *stage;     /* NULL: it is the program's */
	const struct watch_map *map;	     /* NULL: it is none of a map */
	const struct watch_number *number;   /* NULL: there is none in it */
	const struct history *history;	     /* or NULL */
	bool again; /* of the same map as the line before */
	bool rest;  /* it stands for those of that map that are not shown */
};

struct watch_lines {
	struct watch_line *lines;
	size_t nr, room;
};

/* Adds those of programs and stages, or of maps.  `json`: stages that are alone
 * in their chain, too, which else is shown as if it were the stage; and none
 * for the rest of a map, of which its other rows tell. */
void watch_lines_programs(struct watch_lines *lines, const struct watch *watch,
			  bool json);
void watch_lines_maps(struct watch_lines *lines, const struct watch *watch,
		      bool json);
void watch_lines_free(struct watch_lines *lines);

/* A flat object of all that is known of it: as JSON, or for the columns below,
 * which show keys as text, and what is the same as in the line before once. */
json_t *watch_line_row(const struct watch_line *line, bool json);

/* ---- columns.c ---- */

/* Columns of lines of programs, by their rates or their sums, of maps, and of
 * one map alone. */
extern const struct out_column watch_program_rates[], watch_program_sums[],
	watch_map_columns[], watch_drill_columns[];

/* ---- round.c: what is watched, and a round of it ---- */

struct watch_session {
	struct watch watch;
	struct watch_maps maps;
	double interval; /* seconds */
	uint64_t rounds; /* to be shown; 0: until it is ended */
	int counting;	 /* the kernel counts while it is open; -1 */
	/* One map with more of its keys; without interfaces: none. */
	struct watch drill;
	struct watch_maps drill_maps;
	struct watch_choice drill_choice;
};

/* Reads all of it.  Negative errno. */
int watch_round(struct watch_session *session);
/* When the next round begins, on the clock of readings; at even distances, and
 * those that it is too late for are left out. */
double watch_next(const struct watch_session *session, double last);

/* From here on rounds read more of that map; NULL: no more. */
void watch_drill(struct watch_session *session, const struct watch_map *map);

/* ---- sort.c ---- */

enum watch_order {
	WATCH_AS_IT_IS, /* interfaces by index, maps by their users */
	WATCH_BY_PACKETS,
	WATCH_BY_BYTES,
	WATCH_BY_DROPS,
	WATCH_BY_NAME,
	WATCH_ORDERS,
};

const char *watch_order_name(enum watch_order order);
/* Orders lines; stages stay after their chain. */
void watch_lines_sort(struct watch_lines *lines, enum watch_order order);

/* ---- screen.c: the terminal, until it is ended ---- */

/* Whether there is a terminal that can show it. */
bool watch_screen_fits(void);
/* 0, or a negative errno when a round has failed; 1: there is no way to draw
 * on this terminal. */
int watch_screen(struct watch_session *session);

#endif
