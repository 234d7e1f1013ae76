/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * test.h - a file of packet tests: what it says, and what runs it
 *
 * What read.h lists makes a struct xdplab_tests of the file; load.c loads what
 * it is about, maps.c looks up the names of maps in it; run.c runs it.
 * Loops are unrolled and `$x` replaced when it is read, so that a test is a
 * list of steps.
 */
#ifndef TEST_H
#define TEST_H

#include "internal.h"
#include "nearest.h"
#include "packet/packet.h"

struct test_place {
	unsigned int line, column;
};

/* ---- what a file says ---- */

struct test_program {
	struct test_place place, function_place;
	char *path;	/* by the file's directory; NULL: what runs on */
	char *ifname;	/* this interface */
	char *function; /* NULL: the only one */
	bool is_given;	/* in place of the file's: its only one may be called
			   otherwise */
	bool has_prio, has_actions;
	uint32_t prio, actions;
};

/* set rodata NAME = VALUE; as libbpf calls the sections, ".rodata". */
struct test_global {
	struct test_place place;
	char *section;
	char *assignment; /* "limit = 10", as xdplab_value_assign() reads it */
};

struct test_iface {
	struct test_place place;
	char *name;
	char *mac;	  /* NULL: one of its number */
	char **addresses; /* "10.0.0.1/24" */
	size_t nr_addresses;
	uint32_t mtu, index; /* 0: the default */
};

struct test_route {
	struct test_place place;
	char *prefix;	    /* "10.0.0.0/8", "default" */
	char *via, *dev;    /* NULL: not given */
	unsigned char type; /* RTN_UNICAST, or of one that leads nowhere */
};

struct test_neighbour {
	struct test_place place;
	char *address, *mac, *dev;
};

/* How a packet comes in. */
struct test_context {
	struct test_place place; /* of the last line that is about it */
	char *ingress;		 /* NULL: the namespace's lo */
	uint32_t ifindex;	 /* of that, once it is loaded */
	uint32_t queue;
	bool has_vlan;
	uint16_t vlan;
	uint8_t meta[256];
	size_t meta_length;
	uint64_t timeout_ns;
};

enum test_op {
	TEST_EQ,
	TEST_NE,
	TEST_LT,
	TEST_LE,
	TEST_GT,
	TEST_GE,
	TEST_PLUS,  /* += : more by this than before */
	TEST_MINUS, /* -= */
};

enum test_what {
	/* what is done */
	TEST_CONTEXT, /* .context from here on */
	TEST_MAP_SET, /* .map */
	TEST_MAP_DELETE,
	TEST_MAP_CLEAR,
	TEST_VAR_SET,
	TEST_SEND, /* .send */
	/* what is expected of each packet of the send before */
	EXPECT_VERDICT, /* .verdict: and if it has one, the packet */
	EXPECT_PACKET,	/* .packet */
	EXPECT_LENGTH,	/* .number */
	EXPECT_FIELD,	/* .field */
	EXPECT_META,	/* .bytes */
	EXPECT_META_LENGTH,
	EXPECT_REDIRECT, /* .redirect */
	/* of all of them together */
	EXPECT_COUNT, /* .verdict and .number */
	EXPECT_MAP,   /* .map */
	EXPECT_MAP_HAS,
	EXPECT_MAP_LACKS,
	EXPECT_MAP_UNCHANGED,
	EXPECT_MAP_EMPTY,
	EXPECT_MAP_ENTRIES, /* .map.name and .number */
	EXPECT_VAR,
	EXPECT_VAR_UNCHANGED,
	EXPECT_RECORDS, /* .map.name and .number */
	EXPECT_RECORD,	/* .record */
	EXPECT_PRINTK,	/* .text_wanted */
	EXPECT_NO_PRINTK,
	EXPECT_NO_CHANGE,
};

/* What a send sends: a packet, cut to each length in a range, or a file. */
struct test_send {
	const struct xdplab_packet *packet; /* NULL: of a file */
	size_t from, to;     /* truncated to these lengths; 0, 0: it is whole */
	size_t padded;	     /* with zeros to at least this length */
	char *pcap, *filter; /* by the file's directory */
	struct test_place pcap_place, filter_place;
	uint64_t first; /* only so many of it; 0: all */
};

enum test_packet_kind {
	TEST_PACKET_NONE,    /* nothing is said of it */
	TEST_PACKET_PATTERN, /* .pattern */
	TEST_PACKET_UNCHANGED,
	TEST_PACKET_SENT_WITH, /* .with: "ip.ttl=63" */
};

struct test_packet {
	enum test_packet_kind kind;
	const struct xdplab_packet *pattern;
	char *with;
	const struct xdplab_packet *made; /* of .with, once it is loaded */
};

/*
 * A map, or a global variable (.path is the rest of its name), in the words of
 * the file; .path begins with "." or "[".  test_maps_bind() looks up what they
 * mean.
 */
struct test_map {
	struct test_place name_place, key_place, path_place, value_place;
	char *name, *key, *path, *value; /* NULL: not given */
	enum test_op op;
	struct test_bound *bound; /* maps.h's own */
};

struct test_record {
	struct test_map ring; /* .name alone, and .bound */
	struct test_place type_place, value_place;
	char *type;  /* of BTF, "event"; NULL: it is bytes */
	char *value; /* "{ .port = 80 }" */
};

struct test_step {
	enum test_what what;
	struct test_place place;
	const char *text; /* as the file has it, one line without a newline */
	const char *variables; /* of the loops it is in, "p=17, q=3"; "" */
	union {
		struct test_context *context; /* it is large, and rare */
		struct test_send send;
		struct test_map map;
		struct test_record record;
		struct {
			uint32_t mask; /* 1 << verdict */
			struct test_packet packet;
		} verdict;
		char *text_wanted; /* printk */
		struct {
			struct test_packet packet;
		} packet;
		struct {
			char *name;
			struct packet_value value, mask;
			enum test_op op;
		} field;
		struct {
			uint8_t *bytes;
			size_t length;
		} bytes;
		struct {
			char *ifname;	     /* or: */
			bool by_index;	     /* or: */
			struct test_map map; /* .name and .key */
			uint32_t ifindex; /* of that interface, once loaded */
		} redirect;
	};
	/* EXPECT_LENGTH, _META_LENGTH, _COUNT, _ENTRIES, _RECORDS */
	struct {
		enum test_op op;
		int64_t value;
		bool beside_sent; /* "sent + 4" */
	} number;
};

struct test_steps {
	struct test_step *at;
	size_t nr;
};

struct test_case {
	struct xdplab_test shown;
	struct test_place place, after_place;
	size_t after;	   /* index of that test; SIZE_MAX: none */
	unsigned int load; /* the one of whose maps its steps know */
	struct test_steps steps;
};

struct test_told {
	struct test_place place;
	size_t number;
	char *message, *hint;
};

struct test_run; /* what is loaded, see below */

struct xdplab_tests {
	char *path, *text; /* all of the file; ends with NUL */
	size_t *lines;	   /* where each of them begins in the text */
	size_t nr_lines;
	char *said;   /* each statement on one line: steps' .text */
	char **loops; /* variables and their values: steps' .variables */
	size_t nr_loops;
	uint64_t seed;
	bool is_random; /* something in it is, by the seed */
	void *packets;	/* the tree of those that steps have */
	void (*mistake)(const struct xdplab_mistake *mistake, void *arg);
	void *mistake_arg;
	size_t nr_mistakes;
	bool has_told, is_read;
	struct test_told *told; /* those of the reading, until it ends */
	size_t nr_told;

	struct test_program *programs;
	size_t nr_programs;
	struct test_global *globals;
	size_t nr_globals;
	struct test_iface *ifaces;
	size_t nr_ifaces;
	struct test_route *routes;
	size_t nr_routes;
	struct test_neighbour *neighbours;
	size_t nr_neighbours;
	struct test_context context; /* with which each test begins */
	struct test_steps setup, teardown;
	struct test_case *cases;
	size_t nr_cases;

	struct test_run *run; /* NULL: not loaded */
	struct counting *
		*counted; /* each program, if it is; see cov/instrument.h */
	size_t nr_counted;
};

/* ---- errors: mistake.c ---- */

/* Reports an error in the file; `hint`, "" or NULL if there is none.  Counts
 * it; returns -EINVAL.  While the file is read it is but kept, and told in the
 * order of lines by test_mistakes_tell(), which returns whether there were any.
 */
int test_mistakes_tell(struct xdplab_tests *tests);
int test_mistake(struct xdplab_tests *tests, struct test_place place,
		 const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* ---- maps and globals of what is tested: maps.c ---- */

struct test_maps;

/* Sets the constants and first values of programs that are not loaded yet, in
 * each that has the variable.  Errors are reported; -EINVAL. */
int test_globals_set(struct xdplab_tests *tests,
		     struct xdplab_prog *const progs[], size_t nr);

/* Before they are loaded: has arrays be made so that they are read fast, which
 * programs do not notice. */
void test_maps_prepare(struct xdplab_prog *const progs[], size_t nr);
/*
 * Opens the maps of the programs, and keeps what is in them.  Of a program that
 * runs elsewhere (`nr` is 0, and `prog_fd` is it) nothing is set back, and its
 * records are not taken, which others wait for.
 */
int test_maps_open(struct test_maps **out, struct xdplab_prog *const progs[],
		   size_t nr, int prog_fd);
/*
 * Looks up every name, key, field and value of all steps, as xdplab_map_open()
 * and xdplab_value_parse() have them; reports errors.  Besides:
 *
 * - A map or variable that several programs have is "PROGRAM:NAME".
 * - What is put into a prog_array can be the name of an XDP program of the same
 *   object; see test_callees_want().
 * - An integer can be the name of a verdict, or of an enumerator of the program.
 * - Of structs, and of arrays, only what is named is compared.
 *
 * The entry of a prefix in a LPM trie is that of the prefix itself, and not what
 * programs find for it.
 */
int test_maps_bind(struct test_maps *maps, struct xdplab_tests *tests);
/* The same for some steps of a file without mistakes. */
int test_maps_bind_steps(struct test_maps *maps, struct xdplab_tests *tests,
			 const struct test_steps *steps);
/*
 * Sets all maps and globals back to what they were, and drops records.  1: one
 * of them cannot be, a bloom filter as an example, and xdplab_error() says
 * which; then only loading all anew does it.  An LRU map that is emptied gives
 * up entries as a new one does, on the CPU on which it was filled.
 */
int test_maps_reset(struct test_maps *maps);
/* When all is set back the next time, and from then on, prog_arrays have the
 * program of the id `to` where they have `from`. */
void test_maps_exchange(struct test_maps *maps, uint32_t from, uint32_t to);
/* How many entries programs can write, all in all: what that may cost. */
uint64_t test_maps_entries(const struct test_maps *maps);
/* Packets were sent without test_maps_before(). */
void test_maps_changed(struct test_maps *maps);
/*
 * Does a TEST_MAP_* or TEST_VAR_SET step.  Where each CPU has a value of its
 * own, numbers are read as the sum of all CPUs': so they are set for the CPU
 * that the thread is on, and become zero for all others; else it is all CPUs'.
 */
int test_maps_do(struct test_maps *maps, const struct test_step *step);
/* Before each send, whose expectations are steps[0..nr): keeps what these will
 * be compared with, and drops the records that there are.  What was not sent
 * after it is not set back. */
int test_maps_before(struct test_maps *maps, const struct test_step *steps,
		     size_t nr);
/* After some packets of a send: takes the records out of the ring buffers, so
 * that these have room for more, to keep them or not.  Costs no system call. */
int test_maps_collect(struct test_maps *maps, bool keep);
/*
 * Whether an expectation of a map, a variable or records holds: 1, or 0 after
 * having filled in `failure`, by test_failure_*().  Negative: it could not be
 * found out.  Of EXPECT_NO_CHANGE it is all maps, variables and records.  In
 * arrays the entries that are there are those that are not zero.
 */
struct test_failure;
int test_maps_check(struct test_maps *maps, const struct test_step *step,
		    struct test_failure *failure);
/* Whether words, NAME or PROGRAM:NAME, mean one map. */
bool test_maps_has(const struct test_maps *maps, const char *words);
/* The map of that id; NULL: it is none of them. */
struct tested_map *test_maps_find_id(const struct test_maps *maps, uint32_t id);
/* Appends the words that mean the map of that id; false: it is none of them. */
bool test_maps_name(struct xdplab_text *text, const struct test_maps *maps,
		    uint32_t id);
/* Whether NAME[KEY] of an EXPECT_REDIRECT is the entry `key` of the map whose
 * id is `map_id`. */
bool test_maps_is_entry(const struct test_maps *maps,
			const struct test_map *map, uint32_t map_id,
			uint32_t key);
void test_maps_close(struct test_maps *maps);

/* ---- free.c ---- */

/* Frees what was read, of which nothing is loaded. */
void test_free(struct xdplab_tests *tests);

/* ---- what is loaded: load.c ---- */

/* Lets it go, and the thread leave its namespace; NULL is nothing. */
void test_run_free(struct test_run *run);

/* ---- failures: failure.c ---- */

struct test_failure {
	struct xdplab_test_failure shown;
	struct xdplab_test_row *rows;
	size_t nr_rows;
};

void test_failure_say(struct test_failure *failure, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Copies all three. */
void test_failure_row(struct test_failure *failure, const char *what,
		      const char *expected, const char *got, bool differs);
void test_failure_clear(struct test_failure *failure);

/* Compares a number: `before` is what it was before the send. */
bool test_compare(enum test_op op, int64_t before, int64_t got,
		  int64_t expected);
const char *test_op_text(enum test_op op); /* "==" */
/* "WHAT is 63, not 64", "not > 64". */
void test_say_compared(struct test_failure *failure, const char *what,
		       const char *got, enum test_op op, const char *expected);

#endif
