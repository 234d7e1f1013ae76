/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * xdplab.h - the public interface of libxdplab
 *
 * Conventions, which hold for every function unless it says otherwise:
 *
 * - A function that can fail returns 0, or a negative errno.  The thread's
 *   last failure in words is xdplab_error(); what to do about it, where that
 *   is known, is xdplab_remedy().
 * - An object comes out through its first argument, which is left untouched
 *   on failure, and belongs to the caller until he gives it to the object's
 *   free function.  Free functions accept NULL.
 * - Structures that the library hands out are read-only views, allocated by
 *   it: members may be appended to them, none is ever moved.
 * - Option structures are the caller's: he sets .sz to their size, or gets
 *   -EINVAL, and zero in every other member means the default.  NULL means all
 *   defaults.
 * - The library never prints, never exits and starts no thread.  Functions may
 *   be called from several threads; one object may not.
 */
#ifndef XDPLAB_H
#define XDPLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XDPLAB_API __attribute__((visibility("default")))

/* ---- version, errors, log --------------------------------------------- */

/* The library's version, "MAJOR.MINOR.PATCH". */
XDPLAB_API const char *xdplab_version(void);

/* The versions, "MAJOR.MINOR", of the libbpf that runs under the library and
 * of the one that it was built with. */
XDPLAB_API void xdplab_libbpf_versions(const char **running,
				       const char **built);

/*
 * The last failure of the calling thread, as "OBJECT: reason" on one line
 * without a newline; "" before the first.  Valid until the thread's next call
 * into the library.
 */
XDPLAB_API const char *xdplab_error(void);

/* One line on what to do about the last failure, or "" where none is known. */
XDPLAB_API const char *xdplab_remedy(void);

enum xdplab_log_level {
	XDPLAB_LOG_WARN,  /* something was given up or done in another way */
	XDPLAB_LOG_INFO,  /* the steps of a change */
	XDPLAB_LOG_DEBUG, /* libbpf's own words */
};

typedef void (*xdplab_log_fn)(enum xdplab_log_level level, const char *line,
			      void *arg);

/*
 * Sends the library's log, and libbpf's, to `fn`, a line without its newline
 * at a time.  NULL, which is the default, drops it.  Process-wide: set it
 * before other threads use the library.  libbpf's words are taken from the
 * first program on that the library opens.
 */
XDPLAB_API void xdplab_log_set(xdplab_log_fn fn, void *arg);

/* ---- modes ------------------------------------------------------------ */

enum xdplab_mode {
	XDPLAB_MODE_AUTO,   /* native, and skb where that is refused */
	XDPLAB_MODE_NATIVE, /* in the driver */
	XDPLAB_MODE_SKB,    /* generic: in the stack, any device */
	XDPLAB_MODE_HW,	    /* on the device itself */
};

/* "auto", "native", "skb" or "hw". */
XDPLAB_API const char *xdplab_mode_name(enum xdplab_mode mode);

/* Reads such a name, or one that others use: "unspecified", "drv", "generic",
 * "offload".  -EINVAL if it is none. */
XDPLAB_API int xdplab_mode_parse(enum xdplab_mode *mode, const char *name);

/* ---- verdicts and chain actions --------------------------------------- */

/* The name of a verdict, XDP_ABORTED (0) to XDP_REDIRECT (4), without "XDP_";
 * NULL for a number that is none. */
XDPLAB_API const char *xdplab_verdict_name(uint32_t verdict);

/*
 * Reads a list of verdicts, "PASS,DROP" or "XDP_PASS,XDP_DROP", in any case,
 * or "none", into a mask with bit 1 << verdict set for each.  -EINVAL.
 */
XDPLAB_API int xdplab_actions_parse(uint32_t *actions, const char *list);

#define XDPLAB_PRIO_DEFAULT    50
#define XDPLAB_ACTIONS_DEFAULT (1u << 2) /* XDP_PASS */

/* ---- programs --------------------------------------------------------- */

/* One XDP program of one ELF object. */
struct xdplab_prog;

struct xdplab_prog_opts {
	size_t sz;
	const char *name;     /* choose the program by its function's name */
	const char *section;  /* or by its ELF section */
	const char *pin_path; /* where maps that ask to be pinned by name go */
	bool first;	      /* of several that fit take the first */
	bool pin_all;	      /* all maps but global data are pinned there */
};

/*
 * Opens the ELF object in the file `path` and chooses one XDP program of it:
 * the one that the options name, else the only one.  Nothing is loaded yet.
 *
 * -ENOENT: no such file, or no such program or section in it; -ENOEXEC: not a
 * complete ELF object for BPF; -EINVAL: holds no XDP program; -ENOTUNIQ:
 * several fit, and the error lists them.
 */
XDPLAB_API int xdplab_prog_open(struct xdplab_prog **out, const char *path,
				const struct xdplab_prog_opts *opts);

/*
 * Creates the program's maps and has the kernel verify and load it.
 * `hw_ifindex` is the interface to load it onto for XDPLAB_MODE_HW, else 0.
 * -EALREADY if it is loaded.  When the verifier refuses it, the error is its
 * reason and xdplab_error_refusal() explains it.
 */
XDPLAB_API int xdplab_prog_load(struct xdplab_prog *prog, int hw_ifindex);

XDPLAB_API void xdplab_prog_free(struct xdplab_prog *prog);

/* The function's full name, its ELF section, the file it came from. */
XDPLAB_API const char *xdplab_prog_name(const struct xdplab_prog *prog);
XDPLAB_API const char *xdplab_prog_section(const struct xdplab_prog *prog);
XDPLAB_API const char *xdplab_prog_path(const struct xdplab_prog *prog);

/*
 * The loaded program's descriptor, which stays the object's; -1 before.  Of one
 * that xdplab_chain_load() had to load it is the stage's mark: a program that
 * passes every packet, and stands for the stage by its id, name and maps.
 */
XDPLAB_API int xdplab_prog_fd(const struct xdplab_prog *prog);

/* The kernel's id of the loaded program, or of its mark; 0 before. */
XDPLAB_API uint32_t xdplab_prog_id(const struct xdplab_prog *prog);

/*
 * The run configuration in the object's BTF, as libxdp's XDP_RUN_CONFIG() makes
 * it, or the defaults where it says nothing.  -EINVAL if it is none.
 */
XDPLAB_API int xdplab_prog_run_config(const struct xdplab_prog *prog,
				      uint32_t *prio, uint32_t *actions);

/*
 * How many of its maps were there before it was loaded: pinned under their
 * names, or those of a stage; see xdplab_chain_load().
 */
XDPLAB_API uint32_t xdplab_prog_maps_reused(const struct xdplab_prog *prog);

/*
 * The descriptor of the object's map of that name, which stays the object's;
 * -ENOENT if there is none, -EBADF before the program is loaded.
 */
XDPLAB_API int xdplab_prog_map_fd(const struct xdplab_prog *prog,
				  const char *name);

/* ---- the verifier's refusals ------------------------------------------ */

struct xdplab_refusal {
	const char *message;   /* the verifier's own words */
	const char *meaning;   /* the same for people; "" if not known */
	const char *cure;      /* what usually helps; "" if not known */
	const char *file;      /* source file, "" without line information */
	unsigned int line;     /* 1 based, 0 if not known */
	const char *source;    /* that line's text, "" if not known */
	int insn;	       /* index of the instruction, -1 if not known */
	const char *insn_text; /* its disassembly, "" if not known */
	const char *registers; /* state of the registers it uses, "" ... */
};

/*
 * Why the verifier refused what the thread's last failure was about; NULL if
 * that was something else.  With it the verifier's whole log, "" if none.
 * Both are valid until the thread's next call into the library.
 */
XDPLAB_API const struct xdplab_refusal *xdplab_error_refusal(void);
XDPLAB_API const char *xdplab_error_log(void);

/*
 * Explains a verifier log of any origin, as the kernel writes it with log
 * level 1 or 2.  -ENODATA if it holds no refusal.
 */
XDPLAB_API int xdplab_refusal_read(struct xdplab_refusal **out,
				   const char *log);
XDPLAB_API void xdplab_refusal_free(struct xdplab_refusal *refusal);

/* ---- two layouts of a map --------------------------------------------- */

/* A line of both, side by side. */
struct xdplab_layout_row {
	const char *what;   /* "type", "key", or of these a field: "  .port" */
	const char *there;  /* how it is; "-" where there is none */
	const char *wanted; /* how the program has it; likewise */
	bool differs;
};

/*
 * The layout of a map that is there beside that of the one which was to go on
 * in its place, if the thread's last failure was that they differ; else NULL.
 * Valid until the thread's next call into the library.
 */
XDPLAB_API const struct xdplab_layout_row *xdplab_error_layout(size_t *nr);

/* ---- one packet through a program ------------------------------------- */

struct xdplab_run_opts {
	size_t sz;
	uint32_t repeat;  /* times to run, default 1; see xdplab_run() */
	uint32_t ifindex; /* ingress interface, of this namespace; 0: lo */
	uint32_t queue;	  /* its receive queue */
};

struct xdplab_run_result {
	uint32_t verdict;
	uint32_t ns;	 /* mean time of a run, nanoseconds */
	uint32_t length; /* bytes of the packet as it came out */
};

/*
 * Runs a loaded program on a packet by BPF_PROG_TEST_RUN; nothing is sent.
 * `packet` holds `length` bytes, 14 or more.  The rewritten packet is written
 * to `out` up to `out_size` bytes; `out` may be NULL.  With repeat > 1 each
 * run gets the packet as the one before left it.  -ENOSPC if it did not fit.
 */
XDPLAB_API int xdplab_run(int prog_fd, const void *packet, uint32_t length,
			  void *out, uint32_t out_size,
			  struct xdplab_run_result *result,
			  const struct xdplab_run_opts *opts);

/* ---- what runs on an interface: change it ----------------------------- */

/*
 * What this library puts on an interface is a chain: programs in an order, its
 * stages, which are fused into one program.  The chain goes on after a stage
 * whose verdict is one of the stage's actions, and else ends with that verdict.
 * Lower priorities run first; equals are ordered by name, and then the newer
 * runs later.  A stage has an id, which is that of a program in the kernel too.
 *
 * Every change is one atomic swap against what was there: whatever fails on the
 * way, and if the process dies, what ran before runs on.  For the milliseconds
 * in which state is published and swapped, signals are held back from the
 * calling thread.
 *
 * Errors that all changes have: -ENODEV: no such interface; -EPERM; -EAGAIN:
 * another change did not end in time; -EBUSY: another program came meanwhile;
 * -EOPNOTSUPP: not in this mode; -EUCLEAN: the chain's state in bpffs is
 * damaged; what the verifier says, with xdplab_error_refusal().
 */

struct xdplab_load_opts {
	size_t sz;
	enum xdplab_mode mode;
	bool link;	     /* attach by a pinned bpf_link, not by netlink */
	bool force;	     /* replace a foreign program; lose xdp.frags */
	bool adopt;	     /* keep a foreign program, as a stage */
	bool dry_run;	     /* do all but attach */
	bool no_counters;    /* do not count packets of these stages */
	bool fresh_maps;     /* go on with none that are there */
	bool has_prio;	     /* .prio is set; zero is a priority too */
	bool has_actions;    /* .actions is set; zero means "none" */
	uint32_t prio;	     /* place in the chain; else as the object says */
	uint32_t actions;    /* mask of 1 << verdict: go on after these */
	uint32_t timeout_ms; /* wait for other changes, default 10,000 */
};

/* What a change came to. */
struct xdplab_change {
	enum xdplab_mode mode; /* the mode it got; auto only in a dry run */
	uint32_t prog_id;      /* of the program that is attached now, or 0 */
	uint32_t replaced_id;  /* a foreign program that was replaced, or 0 */
	uint32_t adopted_id;   /* one that was made a stage, or 0 */
	uint32_t nr_stages;    /* that the chain has now; 0: there is none, and
				  prog_id is an adopted one's, left alone */
	uint32_t nr_removed;   /* stages and programs that were taken off */
	bool published;	       /* its state is kept in bpffs */
};

/*
 * Adds `nr` programs, 1 or more, to the chain of the interface of that name in
 * the calling thread's network namespace, all by one swap; the chain is made if
 * there is none.  Those that are not loaded are loaded.  `change` may be NULL.
 *
 * A program's maps are pinned with its stage.  One that is loaded here goes on
 * with maps that are there, each by its name: those of a stage of the same
 * function of the same file, else those that xdplab_chain_unload() has kept of
 * one of that name.  Constants are always its own.  -EEXIST if a map is laid out
 * in another way, before anything was changed; see xdplab_error_layout().
 *
 * -EBUSY: a foreign program is there, neither to be adopted nor replaced, or
 * the chain runs in another mode; -EALREADY: one of them is a stage already;
 * -ENOSPC: the chain has no more room; -EXDEV: licences that cannot be combined.
 */
XDPLAB_API int xdplab_chain_load(const char *ifname,
				 struct xdplab_prog *const progs[], size_t nr,
				 struct xdplab_change *change,
				 const struct xdplab_load_opts *opts);

struct xdplab_unload_opts {
	size_t sz;
	uint32_t id;	       /* the stage or program with this id */
	const char *name;      /* or of this name */
	bool all;	       /* or all; with none of these the only one */
	bool keep_maps;	       /* for a later load of a stage of that name */
	enum xdplab_mode mode; /* only in this mode; auto: in any */
	uint32_t timeout_ms;   /* as in xdplab_load_opts */
};

/*
 * Takes a stage out of the chain, or programs off the interface, by netlink or
 * by their link, and asks the kernel whether they are gone.  An adopted program
 * that is left alone is given the interface back.  `change` may be NULL.
 * -ENOENT: no such program there; -ENOTUNIQ: several, and none named, or maps
 * are to be kept of one of two stages of the same name.
 *
 * A stage's maps go with it, but for those that others use or have pinned.
 */
XDPLAB_API int xdplab_chain_unload(const char *ifname,
				   struct xdplab_change *change,
				   const struct xdplab_unload_opts *opts);

struct xdplab_edit_opts {
	size_t sz;
	enum xdplab_mode mode; /* the chain in this mode; auto: the only one */
	bool force;	       /* lose xdp.frags */
	bool dry_run;	       /* do all but attach */
	bool fresh_maps;       /* go on with none that are there */
	uint32_t timeout_ms;   /* as in xdplab_load_opts */
};

/*
 * These change stages of a chain.  A stage is named by its name, if no other
 * has it, or by its id in decimal.  -ENOENT: no such stage, or no chain;
 * -ENOTUNIQ: several have that name.
 */

/* Moves a stage to just before or after another, whose priority it gets. */
XDPLAB_API int xdplab_chain_move(const char *ifname, const char *stage,
				 bool after, const char *other,
				 struct xdplab_change *change,
				 const struct xdplab_edit_opts *opts);
XDPLAB_API int xdplab_chain_set_prio(const char *ifname, const char *stage,
				     uint32_t prio,
				     struct xdplab_change *change,
				     const struct xdplab_edit_opts *opts);
XDPLAB_API int xdplab_chain_set_actions(const char *ifname, const char *stage,
					uint32_t actions,
					struct xdplab_change *change,
					const struct xdplab_edit_opts *opts);
/* Puts `prog` in a stage's place, with its priority and actions, and its maps,
 * as xdplab_chain_load() does it; packets are counted anew. */
XDPLAB_API int xdplab_chain_replace(const char *ifname, const char *stage,
				    struct xdplab_prog *prog,
				    struct xdplab_change *change,
				    const struct xdplab_edit_opts *opts);

/*
 * Removes the state of programs that run no more, of `ifname` or, if that is
 * NULL, of every interface of every namespace.  Maps that unloading has kept
 * are removed with `kept_maps`, and else where their interface has gone.
 * `report`, if not NULL, is told each path that was removed.
 */
XDPLAB_API int xdplab_chain_clean(const char *ifname, bool kept_maps,
				  void (*report)(const char *path, void *arg),
				  void *arg);

/* ---- what runs on an interface: see it -------------------------------- */

/* How a stage is run by the chain's program. */
enum xdplab_stage_how {
	XDPLAB_STAGE_INLINED,	  /* its code stands in the program */
	XDPLAB_STAGE_CALLED,	  /* as a function of it */
	XDPLAB_STAGE_TAIL_CALLED, /* as a program of its own */
};

/* "inlined", "called" or "tail-called". */
XDPLAB_API const char *xdplab_stage_how_name(enum xdplab_stage_how how);

/* A stage of a chain. */
struct xdplab_stage {
	const char *name;
	uint32_t id;
	uint32_t prio;
	uint32_t actions;
	const char *section; /* "" if it was adopted; likewise: */
	const char *path;    /* the ELF file */
	uint64_t loaded_at;  /* seconds since 1970 */
	bool adopted;
	enum xdplab_stage_how how;
	const char *why; /* it is not inlined; "" if it is */
	uint32_t group;	 /* of those that a large chain is cut into, from 0 */
	const char *tag; /* of the program with its id, "" if not known */
	const uint32_t *map_ids;
	uint32_t nr_map_ids;
	bool counted;	     /* whether its packets are; then: */
	uint64_t packets[5]; /* by verdict, since it was loaded */
	uint64_t bytes[5];   /* of those, as long as each came to the chain */
};

/* A program attached to an interface. */
struct xdplab_attached {
	enum xdplab_mode mode;
	uint32_t id;
	const char *name; /* in full where BTF or our state tells; "" if the
				caller may not see it */
	char tag[17];	  /* 16 hexadecimal digits, "" as above */
	const uint32_t *map_ids;
	uint32_t nr_map_ids;
	uint64_t loaded_at; /* seconds since 1970, 0 if not known */
	uint32_t uid;	    /* who loaded it */
	bool jited;
	uint32_t link_id;   /* the bpf_link that holds it, 0: by netlink */
	const char *pinned; /* where program or link is pinned, or NULL */
	uint64_t run_cnt;   /* packets seen while statistics were on */
	uint64_t run_time_ns;
	const struct xdplab_stage *stages; /* in their order, if it is a */
	size_t nr_stages;		   /* chain of ours; 0: it is none */
};

/* An interface of the namespace. */
struct xdplab_iface {
	uint32_t ifindex;
	const char *ifname;
	uint32_t mtu;
	bool up;
	const struct xdplab_attached *attached;
	size_t nr_attached; /* 0 if nothing runs on it; more than 1 with hw */
};

struct xdplab_status;

/*
 * Reads what runs on `ifname`, or on every interface of the calling thread's
 * network namespace if that is NULL, in one netlink dump.  Without the right
 * to look at programs only modes and ids are known.  -ENODEV.
 */
XDPLAB_API int xdplab_status_read(struct xdplab_status **out,
				  const char *ifname);
XDPLAB_API size_t xdplab_status_count(const struct xdplab_status *status);
XDPLAB_API const struct xdplab_iface *
xdplab_status_iface(const struct xdplab_status *status, size_t index);
XDPLAB_API void xdplab_status_free(struct xdplab_status *status);

/*
 * Has the kernel count runs and their time of every BPF program for as long as
 * the returned descriptor is open (some 20 ns a run).  Negative errno.
 */
XDPLAB_API int xdplab_stats_enable(void);

/* ---- values ----------------------------------------------------------- */

/*
 * A text that grows: the caller sets it to zero, functions append to it, and
 * .bytes ends with a NUL that .length does not count once one of them has.  He
 * may make it shorter, and free it at any time.  When memory runs out .lost is
 * set, which he looks at once, at the end.
 */
struct xdplab_text {
	char *bytes;
	size_t length, room;
	bool lost; /* a part of it is missing */
};

/* Appends what ends with a NUL. */
XDPLAB_API void xdplab_text_add(struct xdplab_text *text, const char *more);
/* Frees what it holds, and makes it the empty text again. */
XDPLAB_API void xdplab_text_free(struct xdplab_text *text);

/*
 * How the keys or the values of a map are read: by their BTF type, or as plain
 * bytes where there is none.  It is whoever's that handed it out.
 */
struct xdplab_type;

/* The bytes of a value. */
XDPLAB_API size_t xdplab_type_size(const struct xdplab_type *type);

/* Appends it as C has it: "struct conf { __u32 limit; enum mode mode; }". */
XDPLAB_API void xdplab_type_describe(const struct xdplab_type *type,
				     struct xdplab_text *text);

enum xdplab_form {
	XDPLAB_FORM_TEXT, /* {.limit = 5, .mode = STRICT, .from = 10.0.0.1} */
	XDPLAB_FORM_JSON, /* {"limit":5,"mode":"STRICT","from":"10.0.0.1"} */
};

/*
 * Appends a value.  Integers are decimal and exact, enums their names, bytes of
 * no type "hex 01 ff" or ["0x01","0xff"], wide integers and pointers "0x1f" (in
 * JSON a string), char arrays a string where they hold one.  Members of
 * anonymous structs and unions are the parent's, as in C; a union is all of its
 * members, a data section its variables.
 *
 * Addresses are told by their type (struct in_addr, in6_addr; __be32 alone), by the
 * name of the field, and by length (__u8[6] is a MAC); what is in network order
 * by its type (__be16) is a number in the host's; the key of an LPM trie is
 * "10.0.0.0/8".  A btf_decl_tag on the field or its typedef overrules: "ipv4",
 * "ipv6", "mac", "port", "be" (network order), "hex", "number".
 */
XDPLAB_API void xdplab_value_print(const struct xdplab_type *type,
				   const void *value, enum xdplab_form form,
				   struct xdplab_text *text);

/*
 * Reads one value, in either form or a mixture: members are `.name = 1`,
 * `name: 1` or `"name": 1`, set apart by commas or blanks; numbers are decimal,
 * 0x hexadecimal or a character 'a'; `hex 01 ff` gives the bytes of anything.
 * What is not named is zero.  Blanks before the value are skipped.
 *
 * `*end` becomes where it ends, or on failure where the mistake is; if `end` is
 * NULL, only blanks may follow.  `value` is untouched on failure.  -EINVAL, or
 * -ERANGE for a number that its field has no room for; the error begins with
 * the field's path, if it is in one.
 */
XDPLAB_API int xdplab_value_parse(const struct xdplab_type *type, void *value,
				  const char *input, const char **end);

/* Sets what a path leads to, ".limit=100" or "a.b[2] = {.c = 1}", or several of
 * them, ".a=1, .b=2", and leaves the rest of the value as it is.  Errors as
 * above. */
XDPLAB_API int xdplab_value_assign(const struct xdplab_type *type, void *value,
				   const char *assignment);

/* Whether the value is the same again after it was printed and parsed: not, as
 * an example, if there is something in its padding. */
XDPLAB_API bool xdplab_value_is_exact(const struct xdplab_type *type,
				      const void *value);
/* Appends "hex 01 ff", which can be parsed as a value of any type. */
XDPLAB_API void xdplab_value_print_hex(const struct xdplab_type *type,
				       const void *value,
				       struct xdplab_text *text);

/* Where in a value an integer is. */
struct xdplab_field {
	uint64_t offset; /* of its first bit, as BTF counts them */
	uint32_t bits;	 /* up to 64 */
	bool is_signed;
	bool big_endian; /* in network order */
};

/* Finds the integer, boolean, enum or pointer that a path leads to: "a.b[2]",
 * or "" for a type that is one itself.  -EINVAL: it leads to none. */
XDPLAB_API int xdplab_field_find(const struct xdplab_type *type,
				 const char *path, struct xdplab_field *field);

/* Its number in `value`, which is one CPU's, or a sum; of a signed one that of
 * int64_t. */
XDPLAB_API uint64_t xdplab_field_read(const struct xdplab_field *field,
				      const void *value);

/* Sets it, cut where the field has no room for it. */
XDPLAB_API void xdplab_field_write(const struct xdplab_field *field,
				   void *value, uint64_t number);

/* Tells `fn` each field that is shown as an integer, until it returns false. */
XDPLAB_API void xdplab_field_each(const struct xdplab_type *type,
				  bool (*fn)(const char *path,
					     const struct xdplab_field *field,
					     void *arg),
				  void *arg);
/* ---- maps ------------------------------------------------------------- */

/* A map of the kernel's, held open. */
struct xdplab_map;

/* What the kernel knows of a map. */
struct xdplab_map_info {
	uint32_t id;
	const char *name; /* at most 15 characters */
	uint32_t type;	  /* BPF_MAP_TYPE_*, linux/bpf.h */
	uint32_t key_size;
	uint32_t value_size; /* of one CPU's, where each CPU has its own */
	uint32_t max_entries;
	uint32_t flags;	 /* BPF_F_*, linux/bpf.h */
	bool frozen;	 /* no system call can write to it any more */
	bool per_cpu;	 /* each possible CPU has a value of its own */
	uint32_t btf_id; /* 0: nothing is known of its types */
};

/* "hash", "percpu_array": as bpftool calls it; "type 77" of a later kernel. */
XDPLAB_API const char *xdplab_map_type_name(uint32_t type);

/*
 * Opens a map by its id, "12", by a pin, "/sys/fs/bpf/xdp_stats", which is
 * whatever has a '/' in it, or by its name, of which the kernel keeps 15
 * characters.  The same map is held until it is closed, even if it is pinned or
 * used no more, or if another takes its pin.  Where several have that name, it
 * is the one that programs use or that is pinned: the others are left over, and
 * go with whoever still has them open.  -ENOENT; -ENOTUNIQ if it is not one, and
 * xdplab_remedy() lists their ids; -EISDIR; -EPERM.
 */
XDPLAB_API int xdplab_map_open(struct xdplab_map **out, const char *which);
/* Opens the map that a descriptor leads to, such as xdplab_prog_map_fd(); it
 * stays the caller's.  -EBADF; -EINVAL if it is no map's. */
XDPLAB_API int xdplab_map_open_fd(struct xdplab_map **out, int fd);
XDPLAB_API void xdplab_map_close(struct xdplab_map *map);
/* Valid for as long as the map is open, as it was then. */
XDPLAB_API const struct xdplab_map_info *
xdplab_map_info(const struct xdplab_map *map);
/* The descriptor, which belongs to the map. */
XDPLAB_API int xdplab_map_fd(const struct xdplab_map *map);

/*
 * The bytes of a value as the functions below read and write it: .value_size,
 * or, where each CPU has its own, one after the other those of all possible
 * CPUs, each rounded up to 8 bytes.
 */
XDPLAB_API size_t xdplab_map_value_bytes(const struct xdplab_map *map);
/* From the value of one CPU to the next, and how many there are; 1 where they
 * share it. */
XDPLAB_API size_t xdplab_map_stride(const struct xdplab_map *map);
XDPLAB_API unsigned int xdplab_map_nr_values(const struct xdplab_map *map);

/* How keys and values are read; they are the map's.  Of a map without BTF they
 * are plain bytes, but numbers where the kernel says that they are. */
XDPLAB_API const struct xdplab_type *
xdplab_map_key_type(const struct xdplab_map *map);
XDPLAB_API const struct xdplab_type *
xdplab_map_value_type(const struct xdplab_map *map);

/* Whether there are numbers in its values, of which a sum can be told. */
XDPLAB_API bool xdplab_map_can_sum(const struct xdplab_map *map);
/* The values of all CPUs as one: numbers added up, as far as each has room for
 * that, of a union the largest, all else that of the first.
 * `values` are as they were read; `sum`, of .value_size bytes, may be `values`.
 * Where all CPUs share one value it is that. */
XDPLAB_API void xdplab_map_sum(const struct xdplab_map *map, const void *values,
			       void *sum);

/* Told an entry; a value that is not 0 ends the reading. */
typedef int (*xdplab_entry_fn)(const void *key, const void *value, void *arg);

/*
 * Reads all entries, many at a time where the kernel can: each that is there
 * all the while exactly once, others at most once.  Of an LPM trie that changes
 * meanwhile the kernel may miss some.  Returns what `fn` did if
 * that is not 0.  -EOPNOTSUPP for a type whose entries cannot be read.
 */
XDPLAB_API int xdplab_map_read(const struct xdplab_map *map, xdplab_entry_fn fn,
			       void *arg);

/* Whether the function above can: 0, or -EOPNOTSUPP, whose error says why. */
XDPLAB_API int xdplab_map_can_read(const struct xdplab_map *map);

/*
 * Reads an entry: `key` has .key_size bytes, and `value` room for those that
 * xdplab_map_value_bytes() says.  Of a queue and a stack, which have no keys, it
 * is the next value, which stays; of a bloom filter `value` is what is looked
 * for.  -ENOENT if there is no such entry.
 */
XDPLAB_API int xdplab_map_get(const struct xdplab_map *map, const void *key,
			      void *value);
/* Whether there can be an entry of that key: 0; -E2BIG for an index beyond the
 * last, -EINVAL for a prefix that is longer than its address. */
XDPLAB_API int xdplab_map_check_key(const struct xdplab_map *map,
				    const void *key);
/* `flags`: BPF_ANY, BPF_NOEXIST, BPF_EXIST of linux/bpf.h.  Maps and programs in
 * a value are their ids, as they are read. */
XDPLAB_API int xdplab_map_set(const struct xdplab_map *map, const void *key,
			      const void *value, uint64_t flags);

/* A value of which some bits are to be set if others are as expected; each
 * member is as large as the value, and of a mask the bits that are meant are 1. */
struct xdplab_map_cas {
	const void *expected, *expected_mask;
	const void *wanted, *wanted_mask;
};

/*
 * Sets them in one step for programs on other CPUs, too: a small program does
 * it.  All bits that are meant must be within 4 or 8 bytes that begin at a
 * multiple of that; what else is in these stays as it is.  `value` becomes what
 * was there.  -EAGAIN: it was not as expected, and is left alone; -ENOENT: no
 * such entry; -EINVAL: not within such bytes; -EOPNOTSUPP for other maps than
 * arrays and hashes whose values all CPUs share, and where a lock guards them;
 * -EPERM.
 */
XDPLAB_API int xdplab_map_cas(const struct xdplab_map *map, const void *key,
			      const struct xdplab_map_cas *cas, void *value);

XDPLAB_API int xdplab_map_del(const struct xdplab_map *map, const void *key);
/* Writes `nr` entries, many at a time where the kernel can; *done is how many
 * have been. */
XDPLAB_API int xdplab_map_write(const struct xdplab_map *map, const void *keys,
				const void *values, size_t nr, size_t *done);
/* Deletes all entries, or sets those of an array to zero. */
XDPLAB_API int xdplab_map_clear(const struct xdplab_map *map);

/* What a value of a map of maps, programs or devices stands for. */
struct xdplab_map_ref {
	const char *what; /* "map_name", "prog_name", "ifname" */
	char name[128];
};

#define XDPLAB_MAP_REFS_MAX 2

/* Those that have names that can be found out; returns how many. */
XDPLAB_API size_t
xdplab_map_refs(const struct xdplab_map *map, const void *value,
		struct xdplab_map_ref refs[XDPLAB_MAP_REFS_MAX]);
/* xdplab_value_parse() of all of `text`, which may also be what a value stands
 * for: a map as by xdplab_map_open(), the pin of a program, an interface. */
XDPLAB_API int xdplab_map_value_parse(const struct xdplab_map *map, void *value,
				      const char *text);

/* How full a ring buffer is, in bytes with the headers of its records. */
struct xdplab_map_ring {
	uint64_t size;
	uint64_t unread;
};

/* -EOPNOTSUPP for any other map. */
XDPLAB_API int xdplab_map_ring(const struct xdplab_map *map,
			       struct xdplab_map_ring *ring);

/* ---- maps: see them all ----------------------------------------------- */

struct xdplab_maps;

/* A program that uses a map, or a stage of a chain that does. */
struct xdplab_map_user {
	uint32_t id;
	const char *name;
};

struct xdplab_map_seen {
	struct xdplab_map_info info;
	const struct xdplab_map_user *users;
	size_t nr_users;
	const char *const *pins; /* paths */
	size_t nr_pins;
};

/* All maps of the machine, in the order of their ids.  -EPERM. */
XDPLAB_API int xdplab_maps_read(struct xdplab_maps **out);
XDPLAB_API size_t xdplab_maps_count(const struct xdplab_maps *maps);
XDPLAB_API const struct xdplab_map_seen *
xdplab_maps_at(const struct xdplab_maps *maps, size_t index);
XDPLAB_API void xdplab_maps_free(struct xdplab_maps *maps);

/* ---- packets that pass an interface's program ------------------------- */

struct xdplab_tap;

/* A packet as it came to a program and as that left it, with its verdict. */
struct xdplab_tapped {
	uint32_t verdict;
	uint32_t ifindex, queue;
	const void *came, *left;
	size_t came_length, left_length;
};

/*
 * Has each packet told that passes what runs on an interface: its program is
 * called by another, the tap, which is swapped for it as by every change; errors
 * are those of all changes, and -ENOENT if nothing runs there.  The chain shows
 * itself, its counters and its maps as before.  A program that is no chain of
 * ours is a stage, adopted, for as long as the tap is there.
 *
 * The next change of the chain takes the tap out, whoever makes it.  If this
 * process dies, the tap stays until then, and lets packets pass.
 */
XDPLAB_API int xdplab_tap_open(struct xdplab_tap **out, const char *ifname);
/*
 * Tells `fn` packets, those of a CPU in their order, until it returns other than
 * 0, which is then returned, or `timeout_ms` are over: then 0, or -EPIPE if
 * the tap is not there any more.
 */
XDPLAB_API int xdplab_tap_read(struct xdplab_tap *tap, int timeout_ms,
			       int (*fn)(const struct xdplab_tapped *tapped,
					 void *arg),
			       void *arg);
/* How many packets were not told, for they came too fast. */
XDPLAB_API uint64_t xdplab_tap_lost(const struct xdplab_tap *tap);
/* Takes the tap out again, if it is still there, and frees it. */
XDPLAB_API int xdplab_tap_close(struct xdplab_tap *tap);

/* ---- packets as text --------------------------------------------------- */

/*
 * A packet in the notation of xdplab-packet(7), its layers and their fields:
 *
 *	eth / ip(dst=10.0.0.2) / udp(dport=2000) / "hello"
 *
 * Lengths, checksums and what names the next protocol are computed where the
 * text does not give them.
 */
struct xdplab_packet;

struct xdplab_packet_opts {
	size_t sz;
	uint64_t seed; /* of what is `rand`: the same seed, the same packet */
	bool pattern;  /* `_` and masks are allowed: what is expected */
};

/*
 * Reads a packet.  `*end` becomes where it ends, or on failure where the
 * mistake is; if `end` is NULL, only blanks may follow.  -EINVAL, whose error
 * says what was expected and whose remedy is the name that is near, if one is.
 */
XDPLAB_API int xdplab_packet_parse(struct xdplab_packet **out, const char *text,
				   const char **end,
				   const struct xdplab_packet_opts *opts);
/* Reads the layers of any bytes; what is not known of them is payload.  -E2BIG
 * for more than 65535, -ENOMEM. */
XDPLAB_API int xdplab_packet_decode(struct xdplab_packet **out,
				    const void *bytes, size_t length);
XDPLAB_API void xdplab_packet_free(struct xdplab_packet *packet);
/* Its bytes, which are the packet's; what is `_` in a pattern is zero. */
XDPLAB_API const void *xdplab_packet_bytes(const struct xdplab_packet *packet,
					   size_t *length);
/* Appends the packet as text that is parsed as the same bytes again. */
XDPLAB_API void xdplab_packet_print(const struct xdplab_packet *packet,
				    struct xdplab_text *text);

/* A pcap file of packets that is being written. */
struct xdplab_capture;

/* Makes it, in place of another only if that is a plain file. */
XDPLAB_API int xdplab_capture_open(struct xdplab_capture **out,
				   const char *path);
XDPLAB_API int xdplab_capture_add(struct xdplab_capture *capture,
				  const void *bytes, size_t length);
/* Writes what is still in memory: a process that is forked has it, too. */
XDPLAB_API int xdplab_capture_flush(struct xdplab_capture *capture);
/* Says whether all of it was written. */
XDPLAB_API int xdplab_capture_close(struct xdplab_capture *capture);

/* ---- packet tests ------------------------------------------------------ */

/* The tests of a file in the notation of xdplab-test(5). */
struct xdplab_tests;

/* What is wrong in a file of tests. */
struct xdplab_mistake {
	const char *file;
	unsigned int line, column; /* 1 based, the column in bytes */
	const char *message;	   /* what was expected there */
	const char *hint;	   /* the nearest name that there is, or "" */
	const char *source;	   /* the text of that line */
};

struct xdplab_tests_opts {
	size_t sz;
	void (*mistake)(const struct xdplab_mistake *mistake, void *arg);
	void *arg;
	uint64_t seed;	     /* of what is random; 0: one of its own */
	const char *program; /* an object to test instead of the file's */
};

/*
 * Reads a file of tests.  Every mistake is told to `.mistake`; then -EINVAL.
 * The names of maps and fields are looked up by xdplab_tests_load().
 */
XDPLAB_API int xdplab_tests_read(struct xdplab_tests **out, const char *path,
				 const struct xdplab_tests_opts *opts);
XDPLAB_API void xdplab_tests_free(struct xdplab_tests *tests);
/* Of what is random in it; 0: nothing is. */
XDPLAB_API uint64_t xdplab_tests_seed(const struct xdplab_tests *tests);
/* The paths of the objects that are tested; NULL for one that runs on an
 * interface. */
XDPLAB_API size_t xdplab_tests_nr_programs(const struct xdplab_tests *tests);
XDPLAB_API const char *xdplab_tests_program(const struct xdplab_tests *tests,
					    size_t index);

struct xdplab_test {
	const char *name;
	const char *after; /* the test whose state it goes on with, or NULL */
	unsigned int line; /* of the file, where it begins */
};

XDPLAB_API size_t xdplab_tests_count(const struct xdplab_tests *tests);
XDPLAB_API const struct xdplab_test *
xdplab_tests_at(const struct xdplab_tests *tests, size_t index);

/* A packet that a test has sent, as its program made it. */
struct xdplab_test_packet {
	const struct xdplab_test *test;
	uint64_t number; /* of the packet in the test, from 0 */
	uint32_t verdict;
	const void *sent, *got;
	size_t sent_length, got_length;
};

struct xdplab_tests_load_opts {
	size_t sz;
	bool coverage; /* count what is reached, see xdplab_coverage_read() */
	/* Told each packet, if not NULL. */
	void (*packet)(const struct xdplab_test_packet *packet, void *arg);
	void *arg;
};

/*
 * Loads what is tested, makes the interfaces of the file in a network namespace
 * of its own, looks every name up, and keeps what is in the maps, as each test
 * begins with it.  The calling thread is in that namespace until
 * xdplab_tests_free().  -EINVAL after mistakes; errors of
 * xdplab_prog_load(); -EOPNOTSUPP for a program that the kernel cannot run
 * on a packet that was not received.
 */
XDPLAB_API int xdplab_tests_load(struct xdplab_tests *tests,
				 const struct xdplab_tests_load_opts *opts);

/* A field, or an entry of a map, as it was expected and as it came. */
struct xdplab_test_row {
	const char *what; /* "ip.ttl", "stats[1].packets" */
	const char *expected;
	const char *got;
	bool differs;
};

/* An expectation that did not come true. */
struct xdplab_test_failure {
	unsigned int line;
	const char *expectation; /* as the file has it */
	const char *message;	 /* "ip.ttl is 63, not 64" */
	const struct xdplab_test_row *rows;
	size_t nr_rows;
};

struct xdplab_test_result {
	bool passed;
	const char *error; /* it could not be run to its end, or "" */
	uint64_t nr_packets;
	uint64_t ns; /* it took, all in all */
	const struct xdplab_test_failure *failures;
	size_t nr_failures;

	/* The packet of the first failure, if it is about one. */
	bool has_packet;
	struct xdplab_test_packet packet;
	const char *variables; /* "p=17, q=3" of the loops it is in, or "" */
	/* Where both redirect it to, if that differs: "eth0"; else "". */
	const char *redirect, *old_redirect;
	/* Where the program decided its verdict, or called for a packet that is
	 * too long; "", 0, "" if not known. */
	const char *decided_file, *decided_text;
	unsigned int decided_line;
};

/*
 * Runs a test, from the state that the loading left, or that of the test that
 * it comes after, which is run before it unless that was the last.  0 also if
 * it fails; the result is the caller's, with texts that are those of the file or
 * of its programs until xdplab_tests_free().
 */
XDPLAB_API int xdplab_tests_run(struct xdplab_tests *tests, size_t index,
				struct xdplab_test_result **out);
XDPLAB_API void xdplab_test_result_free(struct xdplab_test_result *result);

/* ---- coverage ---------------------------------------------------------- */

/* A way out of a conditional jump. */
struct xdplab_coverage_way {
	uint64_t times; /* that it was taken */
	unsigned int
		to; /* the line of this file that it leads to; 0: unknown */
};

/* A line of the source from which a program was compiled. */
struct xdplab_coverage_line {
	const char *file;
	unsigned int line;
	const char *text;
	const char *function; /* that its code is in */
	uint64_t hits;	      /* how often its code was reached */
	uint32_t branches;    /* ways out of conditional jumps of this line */
	uint32_t taken;	      /* how many of them were taken */
	const struct xdplab_coverage_way *ways; /* in the order of the code */
};

struct xdplab_coverage;

/* What the tests run so far have reached of all programs of the file, loaded
 * with .coverage, in the order of files and lines; its strings are those of
 * `tests`.  -ENODATA for programs that were compiled without line information,
 * or are not counted. */
XDPLAB_API int xdplab_coverage_read(struct xdplab_coverage **out,
				    const struct xdplab_tests *tests);
XDPLAB_API size_t xdplab_coverage_count(const struct xdplab_coverage *coverage);
XDPLAB_API const struct xdplab_coverage_line *
xdplab_coverage_at(const struct xdplab_coverage *coverage, size_t index);
XDPLAB_API void xdplab_coverage_free(struct xdplab_coverage *coverage);

/* ---- packets that programs do not take well --------------------------- */

/* Tests without any test, of the object `path`; of its programs `function`, or
 * if that is NULL, the only one.  -ENOMEM. */
XDPLAB_API int xdplab_tests_of_program(struct xdplab_tests **out,
				       const char *path, const char *function,
				       const struct xdplab_tests_opts *opts);
/* Appends what a file has besides its tests, for one that is to be in
 * `directory`.  -ENOMEM. */
XDPLAB_API int xdplab_tests_head(const struct xdplab_tests *tests,
				 const char *directory,
				 struct xdplab_text *text);

enum xdplab_finding_kind {
	XDPLAB_FINDING_ABORTED = 1, /* its verdict is ABORTED, or none */
	XDPLAB_FINDING_DIFFERENT,   /* from the other version's */
	XDPLAB_FINDING_LONGER,	    /* than a frame of its interface */
};

/* A packet, the least by which that is to be seen. */
struct xdplab_finding {
	size_t number; /* 1...; the same again: a smaller one was found */
	enum xdplab_finding_kind kind;
	const char *message; /* "the verdict is ABORTED" */
	const void *packet;
	size_t length;
	size_t nr_packets; /* with those before it that are needed: 1 */
	uint32_t verdict, old_verdict; /* of the other version, if it differs */
	/* Where both redirect it to, if that differs: "eth0"; else "". */
	const char *redirect, *old_redirect;
	/* Where the program decided its verdict, or called for a packet that is
	 * too long; "", 0, "" if not known. */
	const char *decided_file, *decided_text;
	unsigned int decided_line;
	/* In the notation of xdplab-test(5), for a file with that head: it
	 * fails as long as the program is as it is. */
	const char *test;
};

/* "aborted", "different", "longer". */
XDPLAB_API const char *xdplab_finding_name(enum xdplab_finding_kind kind);

struct xdplab_fuzz_state {
	uint64_t runs; /* packets, those of findings made smaller not counted */
	double seconds;
	size_t kept;		/* packets that reached something new */
	size_t blocks, reached; /* of the program's code; 0: not counted */
	size_t findings;
	uint64_t lost; /* that did not come again, by the same packets */
};

struct xdplab_fuzz_opts {
	size_t sz;
	double seconds; /* to look for them; 0: no limit */
	uint64_t runs;	/* so many packets at most; 0: no limit */
	uint64_t seed;	/* the same, and as many runs: the same findings */
	/* The object of another version, whose verdicts and packets are to be
	 * the same; or NULL. */
	const char *against;
	bool unguided; /* forget what packets reach: to see what that is worth */
	/* Told now and then, if not NULL; false ends it. */
	bool (*progress)(const struct xdplab_fuzz_state *state, void *arg);
	void (*found)(const struct xdplab_finding *finding, void *arg);
	void *arg;
};

/*
 * Looks for packets that the programs of `tests`, which are not loaded yet, do
 * not take well: by changing those that the tests send, and usual ones, and
 * going on with each that reaches something new in the code.  What goes wrong in
 * the same manner at the same line is one finding, of which the smallest is kept:
 * it is told again, by the same number, when a smaller one comes.
 * Errors of xdplab_tests_load(); -EOPNOTSUPP for a program that runs already.
 */
XDPLAB_API int xdplab_fuzz(struct xdplab_tests *tests,
			   const struct xdplab_fuzz_opts *opts,
			   struct xdplab_fuzz_state *state);

/* ---- what an interface can do ----------------------------------------- */

struct xdplab_features {
	uint64_t xdp;	      /* NETDEV_XDP_ACT_*, linux/netdev.h */
	uint64_t rx_metadata; /* NETDEV_XDP_RX_METADATA_* */
	uint64_t xsk;	      /* NETDEV_XSK_FLAGS_* */
	uint32_t zc_max_segs; /* frags of an AF_XDP zero-copy packet, 0: none */
};

/* -ENODEV; -EOPNOTSUPP on a kernel without the netdev family (before 6.3). */
XDPLAB_API int xdplab_features_read(struct xdplab_features *features,
				    const char *ifname);

/* The name of feature bit `bit` of .xdp, "NETDEV_XDP_ACT_...", or NULL. */
XDPLAB_API const char *xdplab_feature_name(unsigned int bit);

/* ---- doctor ----------------------------------------------------------- */

enum xdplab_health {
	XDPLAB_HEALTH_OK,
	XDPLAB_HEALTH_INFO, /* a fact, neither good nor bad */
	XDPLAB_HEALTH_WARN, /* something will not work */
	XDPLAB_HEALTH_FAIL, /* XDP will not work at all */
};

struct xdplab_check {
	const char *name; /* short, fixed, such as "bpffs" */
	enum xdplab_health health;
	const char *finding; /* what was seen */
	const char *remedy;  /* what to do, or "" */
};

typedef void (*xdplab_check_fn)(const struct xdplab_check *check, void *arg);

/*
 * Examines the kernel and the caller's rights, and then, if `ifname` is not
 * NULL, that interface, and tells `fn` each finding as it is made.  Loads
 * small programs and maps on the way and drops them again; attaches nothing.
 * -ENODEV.
 */
XDPLAB_API int xdplab_doctor_run(const char *ifname, xdplab_check_fn fn,
				 void *arg);

/* ---- namespaces and sandboxes ----------------------------------------- */

/*
 * Moves the calling thread into the network namespace that `ip netns` or a
 * sandbox named.  The mounts stay, and so does /sys/fs/bpf.  -ENOENT.
 */
XDPLAB_API int xdplab_netns_enter(const char *name);

struct xdplab_sandbox_opts {
	size_t sz;
	unsigned int ports; /* veth pairs, 1 (default) to 8 */
};

/*
 * Makes the sandbox `name`: the namespace `name` with interfaces veth0,
 * veth1, ..., each joined to peerN in a namespace of its own, `name`-peer for
 * the first port and `name`-peer2, ... for others; and a bpffs of its own.
 * Port 1 has 10.11.1.1/24 and fd00:11:1::1/64 on veth0, .2 and ::2 on peer0,
 * port 2 has 10.11.2.1 and so on; MACs and neighbours are fixed.  Offloads are
 * off, so that packets are whole where XDP sees them, and the kernel sends
 * nothing by itself.  Each peerN has a native program "xdplab_pass": without
 * one, what XDP_TX and XDP_REDIRECT send to it would not arrive.
 *
 * All or nothing: what fails takes back what it made, and signals are held
 * back from the calling thread meanwhile.  -EINVAL for a name that is none,
 * which is up to 32 letters, digits, '-' and '_'; -EEXIST for one that a
 * sandbox has, or that has a namespace.  Inside a sandbox none can be made:
 * its mounts would be seen there only.
 */
XDPLAB_API int xdplab_sandbox_up(const char *name,
				 const struct xdplab_sandbox_opts *opts);

/*
 * Moves the calling process into namespace `name`, which is a sandbox or the
 * peer of one: its network, and mounts of its own in which /sys is the
 * namespace's and /sys/fs/bpf the sandbox's.  The process must have one
 * thread; one that failed may be half inside and should end.  -ENOENT: no
 * such sandbox, or a broken one.
 */
XDPLAB_API int xdplab_sandbox_enter(const char *name);

/*
 * Takes the sandbox away, and all that has its name: its interfaces, its
 * namespaces, and its bpffs with what is pinned there.  Brought to its end
 * against signals, too.  -ENOENT; -EBUSY while processes are inside.
 */
XDPLAB_API int xdplab_sandbox_down(const char *name);

/* An interface of a sandbox, as it was made. */
struct xdplab_sandbox_iface {
	const char *netns;
	const char *ifname;
	const char *mac;
	const char *ipv4; /* without the prefix length, 24 */
	const char *ipv6; /* and 64 */
};

struct xdplab_sandbox {
	const char *name;
	unsigned int ports;
	unsigned int processes; /* that are inside, peers included */
	bool broken;		/* half made or half gone: take it down */
	const struct xdplab_sandbox_iface *ifaces; /* two of each port */
	size_t nr_ifaces;
};

/* Tells `fn` each sandbox in the order of their names. */
XDPLAB_API int xdplab_sandbox_list(void (*fn)(const struct xdplab_sandbox *s,
					      void *arg),
				   void *arg);

#ifdef __cplusplus
}
#endif

#endif
