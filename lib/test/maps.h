/* SPDX-License-Identifier: LGPL-2.1-only */
/* maps.h - what the files about maps of packet tests know of each other */
#ifndef TEST_MAPS_H
#define TEST_MAPS_H

#include "chain/stage-view.h"
#include "map/map.h"
#include "test.h"
#include "value/value.h"

struct btf;

/*
 * All entries of a map in the order of their keys: rows of a key and the value
 * after it.  Of an array those that are not zero, so that one of a million
 * zeros is nothing; of a queue or a stack in the order that they come out.
 */
struct test_entries {
	char *rows;
	size_t nr, room;
	size_t key_size, row_size;
};

/* What programs have sent since the last send began. */
struct test_records;

struct tested_map {
	char *name; /* in full; of variables their section, ".bss" */
	const struct xdplab_prog *prog; /* NULL if that runs elsewhere */
	const char *program;   /* whose it is; NULL if that is not known */
	const struct btf *btf; /* of its object, or NULL */
	struct xdplab_map *map;
	bool is_section;
	bool is_shared;	  /* by several programs */
	bool by_programs; /* they can write to it */
	bool touched;	  /* steps have, since it was set back */
	bool has_objects; /* timers and the like, which are not told */
	bool has_before;
	struct test_entries initial, before, now;
	unsigned char *value;	      /* room for one, of all CPUs */
	struct test_records *records; /* NULL: it has none */
	const char *memory; /* its values, if it is an array that is mapped */
};

struct test_maps {
	struct tested_map *at;
	size_t nr;
	bool elsewhere;		   /* the program runs on an interface */
	struct stage_views stages; /* of that, if it is a chain */
	bool fresh; /* nothing was done since they were loaded or set back */
	struct test_bound *bounds;
};

/* What the words of a step mean. */
struct test_bound {
	struct test_bound *next; /* of all */
	struct tested_map *map;
	void *key;
	/* The field, which is all of the value if there is no path, and where
	 * in the value it is. */
	const struct value_node *node;
	size_t offset, size;
	bool is_number;
	struct xdplab_field field; /* then, in the bytes of the field */
	/* As large as the field: its bits that were named are 1 in the mask. */
	unsigned char *wanted, *mask, *before;
	struct xdplab_type *type; /* of a record, its own */
	bool is_open;		  /* more may follow what the type has */
};

/* ---- maps.c ---- */

static inline bool tested_is(const struct tested_map *map, uint32_t type)
{
	return map->map->info.type == type;
}

static inline bool tested_is_queue(const struct tested_map *map)
{
	return tested_is(map, BPF_MAP_TYPE_QUEUE) ||
	       tested_is(map, BPF_MAP_TYPE_STACK);
}

/* Whether programs send records by it. */
static inline bool tested_has_records(const struct tested_map *map)
{
	return tested_is(map, BPF_MAP_TYPE_RINGBUF) ||
	       tested_is(map, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
}

/* Reads the entry into map->value.  -ENOENT: it is not there, though programs may
 * find what a trie has around it. */
int tested_get_all(struct tested_map *map, const void *key);
/* The same, the values of all CPUs as one. */
int tested_get(struct tested_map *map, const void *key);

/* What was in it before the send, as far as that was kept, or at first. */
static inline const struct test_entries *
tested_before(const struct tested_map *map)
{
	return map->has_before ? &map->before : &map->initial;
}

/* ---- maps-memory.c ---- */

/* Maps the values of an array, if that can be. */
void memory_open(struct tested_map *map);
void memory_close(struct tested_map *map);

/* From the value of one entry to the next. */
static inline size_t memory_stride(const struct tested_map *map)
{
	return (map->map->info.value_size + 7) & ~(size_t)7;
}

static inline const char *memory_at(const struct tested_map *map,
				    uint32_t index)
{
	return map->memory + index * memory_stride(map);
}

/* ---- maps-entries.c ---- */

/* Whether the function below can. */
bool entries_can_read(const struct tested_map *map);
/* All that there are by now.  A queue is emptied on the way and filled again.
 */
int entries_read(struct test_entries *entries, const struct tested_map *map);
/* Whether a trie has that prefix itself. */
bool entries_have_prefix(const struct test_entries *entries, const void *key);
void entries_free(struct test_entries *entries);
/* Empties a queue or a stack, and puts these in. */
int entries_refill(const struct tested_map *map,
		   const struct test_entries *entries);

/* Told an entry that is not as it was; NULL if there is, or was, none. */
typedef int (*entry_change_fn)(const char *key, const char *was, const char *is,
			       void *arg);
/* Tells `fn` each, until it returns what is not 0. */
int entries_compare(const struct test_entries *was,
		    const struct test_entries *is, entry_change_fn fn,
		    void *arg);

/* ---- maps-words.c ---- */

/* Finds the field that a path leads to; on failure `*at` is where in it. */
int test_find_place(const struct xdplab_type *type, const char *path,
		    struct value_place *place, const char **at);
/* The bytes that a node takes. */
size_t test_node_size(const struct value_node *node);
/*
 * value_parse_at(), to which the integers are known that verdicts stand for,
 * and the enumerators of `btf`, if it is not NULL: a word alone is one.
 */
int test_parse(const struct xdplab_type *type, const struct value_node *node,
	       const struct btf *btf, void *value, const char *text,
	       const char **at);
/* The same into bytes of zeros; bits of the mask become 1 that were named. */
int test_parse_masked(const struct xdplab_type *type,
		      const struct value_node *node, const struct btf *btf,
		      void *value, void *mask, const char *text,
		      const char **at);

/* Prints the value of a node; what is nothing but the id of a program, a map or
 * a device is shown by its name. */
void test_print(const struct tested_map *map, const struct value_node *node,
		const unsigned char *value, struct xdplab_text *text);

/* ---- maps-bind.c, maps-bind-entry.c ---- */

/* What a step says of a map, and does to it. */
struct test_use {
	bool map, variable, ring; /* that it names one */
	bool all;		  /* or is about all */
	bool key, value;
	bool writes, redirects;
	bool deletes;
	bool reads; /* all entries */
};

/* Statements that are wrong; more are of no use to anyone. */
#define WRONG_MAX 64

struct test_binding {
	struct test_maps *maps;
	struct xdplab_tests *tests;
	struct test_place wrong[WRONG_MAX];
	size_t nr_wrong;
	/* of a step */
	const struct test_use *use;
	struct test_map *words;
	struct test_bound *bound;
};

int test_no_memory(void);
/* What was said of the map last is an error; but its id, which is another each
 * time, is not told. */
int test_wrong_map(struct test_binding *b, struct test_place place);
/* What the words for its parts mean; errors are reported. */
int test_bind_key(struct test_binding *b);
int test_bind_path(struct test_binding *b, const char *path,
		   struct test_place told);
int test_bind_value(struct test_binding *b);

/* Of {} nothing is compared, which is a mistake. */
int test_need_compared(struct xdplab_tests *tests,
		       const struct test_bound *bound, struct test_place place);

/* ---- maps-names.c ---- */

/* Names that there are, for who looks for the nearest. */
struct test_names {
	char **at;
	size_t nr;
};

/* Takes one in, as value_each_member() tells it. */
void test_add_name(const char *name, size_t length, void *arg);
void test_free_names(struct test_names *names);

/* The map that a name means; errors are reported. */
int test_name_map(struct test_maps *maps, struct xdplab_tests *tests,
		  const struct test_map *words, struct tested_map **out);
/* The way to a variable in its section, to be freed: its name and its path. */
char *test_variable_path(const struct test_map *words);
/* Whether the section has the variable with which the path begins. */
bool test_has_variable(const struct xdplab_type *type, const char *path);
/* The section that has it; errors are reported. */
int test_name_variable(struct test_maps *maps, struct xdplab_tests *tests,
		       const struct test_map *words, const char *path,
		       struct tested_map **out);

/* Which of the words that test_parse() takes for an integer is nearest to that
 * one; "" for none. */
void test_near_word(char *near, size_t size, const struct value_node *node,
		    const struct btf *btf, const char *text);

/* ---- maps-check-value.c ---- */

/* Reads a field: 1: it is at *field, until the next is read; 0: there is no
 * such entry. */
int test_read_field(const struct test_bound *bound, unsigned char **field);

static inline bool test_is_change(enum test_op op)
{
	return op == TEST_PLUS || op == TEST_MINUS;
}

/* These are test_maps_check() for one field. */
int test_check_value(const struct test_map *words,
		     struct test_failure *failure);
int test_check_unchanged(const struct test_map *words,
			 struct test_failure *failure);

/* ---- maps-changes.c ---- */

/* "stats[DROP].packets", as the file has it. */
void test_spell(struct xdplab_text *text, const struct test_map *words);
/* Adds rows of what has changed in the map since before the send, or, where
 * that was not kept, since it was loaded; but not of that key, if not NULL.
 * Returns how many entries have, or an error. */
int test_tell_changes(struct tested_map *map, const void *but,
		      struct test_failure *failure);
/* The same where nothing was to change. */
int test_tell_unexpected(struct tested_map *map, struct test_failure *failure);
/* Adds rows of entries whose keys are most like that one. */
int test_tell_nearest(struct tested_map *map, const void *key,
		      struct test_failure *failure);

/* ---- maps-record.c ---- */

/* Begins to take the records of a ring buffer or a perf event array. */
int records_open(struct tested_map *map);
void records_close(struct tested_map *map);
/* Takes those that have come, and keeps them. */
int records_take(struct tested_map *map);
/* Drops what has come. */
int records_drop(struct tested_map *map);
size_t records_count(const struct tested_map *map);
const void *records_at(const struct tested_map *map, size_t i, size_t *length);

/* ---- maps-expect-record.c ---- */

/* What the words of a step about records mean; errors are reported. */
int record_bind(struct test_maps *maps, struct xdplab_tests *tests,
		struct test_step *step);
/* As test_maps_check(). */
int record_check(const struct test_step *step, struct test_failure *failure);
int records_check(const struct test_step *step, struct test_failure *failure);

#endif
