/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * xdplab.h - the public interface of libxdplab
 *
 * Conventions, which apply unless a function says otherwise:
 *
 * - A function that can fail returns 0 or a negative errno.  xdplab_error() has
 *   the thread's last error as text, xdplab_remedy() the remedy, if known.
 * - Objects are returned through the first argument, which is untouched on
 *   failure.  The caller owns them and releases them with their free function.
 *   Free functions accept NULL.
 * - Structures returned by the library are read-only views that it allocates.
 *   Later versions may append members, but never move them.
 * - The caller sets .sz of option structures to their size, or gets -EINVAL; all
 *   other members default to zero.  NULL means all defaults.
 * - The library never prints, never exits and does not create threads.  It may
 *   be used from several threads, but not a single object.
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

/* The versions, "MAJOR.MINOR", of the libbpf in use and of the one that the
 * library was built with. */
XDPLAB_API void xdplab_libbpf_versions(const char **running,
				       const char **built);

/*
 * The last error of the calling thread, as "OBJECT: reason" on one line without
 * a newline; "" if none.  Valid until the thread's next call into the library.
 */
XDPLAB_API const char *xdplab_error(void);

/* One line on what to do about the last error, or "" if unknown. */
XDPLAB_API const char *xdplab_remedy(void);

enum xdplab_log_level {
	XDPLAB_LOG_WARN,  /* something was skipped, or done in another way */
	XDPLAB_LOG_INFO,  /* the steps of a change */
	XDPLAB_LOG_DEBUG, /* libbpf's log */
};

typedef void (*xdplab_log_fn)(enum xdplab_log_level level, const char *line,
			      void *arg);

/*
 * Sends the log of the library and of libbpf to `fn`, line by line, without
 * newlines.  NULL (default) drops it.  Process-wide: set it before other threads
 * use the library.  libbpf's log is captured once the library has opened a
 * program.
 */
XDPLAB_API void xdplab_log_set(xdplab_log_fn fn, void *arg);

/* ---- modes ------------------------------------------------------------ */

enum xdplab_mode {
	XDPLAB_MODE_AUTO,   /* native, or skb if that is not supported */
	XDPLAB_MODE_NATIVE, /* in the driver */
	XDPLAB_MODE_SKB,    /* generic: in the stack, any device */
	XDPLAB_MODE_HW,	    /* on the device itself */
};

/* "auto", "native", "skb" or "hw". */
XDPLAB_API const char *xdplab_mode_name(enum xdplab_mode mode);

/* Parses a mode; also accepts "unspecified", "drv", "generic" and "offload".
 * -EINVAL. */
XDPLAB_API int xdplab_mode_parse(enum xdplab_mode *mode, const char *name);

/* ---- verdicts and chain actions --------------------------------------- */

/* The name of a verdict, XDP_ABORTED (0) to XDP_REDIRECT (4), without "XDP_";
 * NULL for other numbers. */
XDPLAB_API const char *xdplab_verdict_name(uint32_t verdict);

/*
 * Parses a list of verdicts, "PASS,DROP" or "XDP_PASS,XDP_DROP" (ignoring case),
 * or "none", into a mask of 1 << verdict.  -EINVAL.
 */
XDPLAB_API int xdplab_actions_parse(uint32_t *actions, const char *list);

#define XDPLAB_PRIO_DEFAULT    50
#define XDPLAB_ACTIONS_DEFAULT (1u << 2) /* XDP_PASS */

/* ---- programs --------------------------------------------------------- */

/* One XDP program of one ELF object. */
struct xdplab_prog;

struct xdplab_prog_opts {
	size_t sz;
	const char *name;     /* select the program by function name */
	const char *section;  /* or by ELF section */
	const char *pin_path; /* directory for maps with LIBBPF_PIN_BY_NAME */
	bool first;	      /* select the first of several */
	bool pin_all;	      /* pin all maps except global data there */
};

/*
 * Opens the ELF object in the file `path` and selects one XDP program: as the
 * options say, else the only one.  Nothing is loaded yet.
 *
 * -ENOENT: no such file, program or section; -ENOEXEC: not a complete BPF ELF
 * object; -EINVAL: no XDP program; -ENOTUNIQ: several match, xdplab_remedy()
 * lists them.
 */
XDPLAB_API int xdplab_prog_open(struct xdplab_prog **out, const char *path,
				const struct xdplab_prog_opts *opts);

/*
 * Creates the program's maps and loads it into the kernel.  `hw_ifindex` is the
 * interface to offload it to for XDPLAB_MODE_HW, else 0.  -EALREADY if it is
 * loaded.  If the verifier rejects it, xdplab_error_refusal() explains why.
 */
XDPLAB_API int xdplab_prog_load(struct xdplab_prog *prog, int hw_ifindex);

XDPLAB_API void xdplab_prog_free(struct xdplab_prog *prog);

/* The full name of the function, its ELF section, its file. */
XDPLAB_API const char *xdplab_prog_name(const struct xdplab_prog *prog);
XDPLAB_API const char *xdplab_prog_section(const struct xdplab_prog *prog);
XDPLAB_API const char *xdplab_prog_path(const struct xdplab_prog *prog);

/*
 * The descriptor of the loaded program, owned by the object; -1 before.  If
 * xdplab_chain_load() loaded it, this is the stage's mark: a program that passes
 * every packet, and represents the stage by its id, name and maps.
 */
XDPLAB_API int xdplab_prog_fd(const struct xdplab_prog *prog);

/* The id of the loaded program, or of its mark; 0 before. */
XDPLAB_API uint32_t xdplab_prog_id(const struct xdplab_prog *prog);

/*
 * The run configuration in the object's BTF, as defined by libxdp's
 * XDP_RUN_CONFIG(), or the defaults.  -EINVAL if it is not valid.
 */
XDPLAB_API int xdplab_prog_run_config(const struct xdplab_prog *prog,
				      uint32_t *prio, uint32_t *actions);

/*
 * The number of its maps that existed before it was loaded: pinned by name, or
 * those of a stage; see xdplab_chain_load().
 */
XDPLAB_API uint32_t xdplab_prog_maps_reused(const struct xdplab_prog *prog);

/*
 * The descriptor of a map of the object, by name; owned by the object.  -ENOENT,
 * or -EBADF before the program is loaded.
 */
XDPLAB_API int xdplab_prog_map_fd(const struct xdplab_prog *prog,
				  const char *name);

/* ---- verifier rejections ---------------------------------------------- */

struct xdplab_refusal {
	const char *message;   /* the verifier's message */
	const char *meaning;   /* what it means, "" if unknown */
	const char *cure;      /* what usually helps, "" if unknown */
	const char *file;      /* source file, "" without line information */
	unsigned int line;     /* 1-based, 0 if unknown */
	const char *source;    /* the text of that line, "" if unknown */
	int insn;	       /* index of the instruction, -1 if unknown */
	const char *insn_text; /* its disassembly, "" if unknown */
	const char *registers; /* state of its registers, "" if unknown */
};

/*
 * Why the verifier rejected the program, if that was the thread's last error,
 * else NULL; and the full verifier log, or "".  Both are valid until the
 * thread's next call into the library.
 */
XDPLAB_API const struct xdplab_refusal *xdplab_error_refusal(void);
XDPLAB_API const char *xdplab_error_log(void);

/*
 * Explains any verifier log of log level 1 or 2.  -ENODATA if it contains no
 * rejection.
 */
XDPLAB_API int xdplab_refusal_read(struct xdplab_refusal **out,
				   const char *log);
XDPLAB_API void xdplab_refusal_free(struct xdplab_refusal *refusal);

/* ---- two layouts of a map --------------------------------------------- */

/* A row of both, side by side. */
struct xdplab_layout_row {
	const char *what;   /* "type", "key", or a field of these: "  .port" */
	const char *there;  /* in the existing map, or "-" */
	const char *wanted; /* in the program, or "-" */
	bool differs;
};

/*
 * The layouts of an existing map and of the program's, if the thread's last
 * error was that they differ, else NULL.  Valid until the thread's next call
 * into the library.
 */
XDPLAB_API const struct xdplab_layout_row *xdplab_error_layout(size_t *nr);

/* ---- one packet through a program ------------------------------------- */

struct xdplab_run_opts {
	size_t sz;
	uint32_t repeat;  /* number of runs (default 1), see xdplab_run() */
	uint32_t ifindex; /* ingress interface in this namespace, 0: lo */
	uint32_t queue;	  /* its receive queue */
};

struct xdplab_run_result {
	uint32_t verdict;
	uint32_t ns;	 /* average time per run in nanoseconds */
	uint32_t length; /* bytes of the output packet */
};

/*
 * Runs a loaded program on a packet by BPF_PROG_TEST_RUN; nothing is sent.
 * `packet` has `length` bytes, 14 or more.  Up to `out_size` bytes of the output
 * packet are written to `out`, which may be NULL.  With repeat > 1, each run gets
 * the output packet of the previous one.  -ENOSPC if it does not fit.
 */
XDPLAB_API int xdplab_run(int prog_fd, const void *packet, uint32_t length,
			  void *out, uint32_t out_size,
			  struct xdplab_run_result *result,
			  const struct xdplab_run_opts *opts);

/* ---- chains: change the programs of an interface ---------------------- */

/*
 * The library attaches a chain to an interface: an ordered list of programs, its
 * stages, fused into one program.  The chain continues after a stage whose
 * verdict is one of its actions, and otherwise ends with that verdict.  Lower
 * priorities run first; equals are ordered by name, then by age, newest last.
 * The id of a stage is also that of a program in the kernel.
 *
 * Every change is one atomic swap: if anything fails, or the process dies, the
 * previous program keeps running.  Signals of the calling thread are blocked for
 * the few milliseconds in which state is published and swapped.
 *
 * Errors of all changes: -ENODEV: no such interface; -EPERM; -EAGAIN: timeout
 * waiting for another change; -EBUSY: the program was changed concurrently;
 * -EOPNOTSUPP: not supported in this mode; -EUCLEAN: the state in bpffs is
 * damaged; errors of the verifier, with xdplab_error_refusal().
 */

struct xdplab_load_opts {
	size_t sz;
	enum xdplab_mode mode;
	bool link;	     /* attach by a pinned bpf_link, not by netlink */
	bool force;	     /* replace a foreign program; lose xdp.frags */
	bool adopt;	     /* keep a foreign program as a stage */
	bool dry_run;	     /* do everything except attach */
	bool no_counters;    /* do not count packets of these stages */
	bool fresh_maps;     /* create new maps */
	bool has_prio;	     /* .prio is set; zero is a valid priority */
	bool has_actions;    /* .actions is set; zero means "none" */
	uint32_t prio;	     /* default: as in the object, else 50 */
	uint32_t actions;    /* mask of 1 << verdict, likewise */
	uint32_t timeout_ms; /* to wait for the lock (default 10,000) */
};

/* The result of a change. */
struct xdplab_change {
	enum xdplab_mode mode; /* auto only in a dry run */
	uint32_t prog_id;      /* the program attached now, or 0 */
	uint32_t replaced_id;  /* the replaced foreign program, or 0 */
	uint32_t adopted_id;   /* the adopted foreign program, or 0 */
	uint32_t nr_stages;    /* of the chain now; 0: no chain, prog_id is an
				  adopted program that runs on its own */
	uint32_t nr_removed;   /* stages and programs removed */
	bool published;	       /* state was saved in bpffs */
};

/*
 * Adds `nr` programs, 1 or more, to the chain of an interface in the calling
 * thread's network namespace by one swap; creates the chain if there is none.
 * Programs are loaded if necessary.  `change` may be NULL.
 *
 * The maps of a program are pinned with its stage.  A program that is loaded
 * here reuses existing maps by name: those of a stage of the same function and
 * file, else those that xdplab_chain_unload() kept of a stage of that name.
 * Constants are never reused.  -EEXIST, before anything is changed, if the layout
 * of a map differs; see xdplab_error_layout().
 *
 * -EBUSY: a foreign program is attached, and neither .adopt nor .force is set, or
 * the chain is in another mode; -EALREADY: one of them is already a stage;
 * -ENOSPC: the chain is full; -EXDEV: incompatible licences.
 */
XDPLAB_API int xdplab_chain_load(const char *ifname,
				 struct xdplab_prog *const progs[], size_t nr,
				 struct xdplab_change *change,
				 const struct xdplab_load_opts *opts);

struct xdplab_unload_opts {
	size_t sz;
	uint32_t id;	       /* select the stage or program by id */
	const char *name;      /* or by name */
	bool all;	       /* or all; default: the only one */
	bool keep_maps;	       /* for the next stage of that name */
	enum xdplab_mode mode; /* only in this mode; auto: any */
	uint32_t timeout_ms;   /* as in xdplab_load_opts */
};

/*
 * Removes a stage from the chain, or programs from the interface, by netlink or
 * through their link, and verifies with the kernel that they are gone.  If only
 * an adopted program is left, it gets the interface back.  `change` may be NULL.
 * -ENOENT: no such program; -ENOTUNIQ: several match, or .keep_maps is set and
 * two stages have the same name.
 *
 * The maps of a stage are removed with it, unless others use or pinned them.
 */
XDPLAB_API int xdplab_chain_unload(const char *ifname,
				   struct xdplab_change *change,
				   const struct xdplab_unload_opts *opts);

struct xdplab_edit_opts {
	size_t sz;
	enum xdplab_mode mode; /* select the chain; auto: the only one */
	bool force;	       /* lose xdp.frags */
	bool dry_run;	       /* do everything except attach */
	bool fresh_maps;       /* create new maps */
	uint32_t timeout_ms;   /* as in xdplab_load_opts */
};

/*
 * These functions change a stage of a chain, given by its name, if unique, or by
 * its id in decimal.  -ENOENT: no such stage, or no chain; -ENOTUNIQ: several
 * stages have that name.
 */

/* Moves a stage right before or after another and gives it its priority. */
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
/* Replaces the program of a stage; `prog` gets its priority and actions and
 * reuses its maps as in xdplab_chain_load().  Packet counts start at zero. */
XDPLAB_API int xdplab_chain_replace(const char *ifname, const char *stage,
				    struct xdplab_prog *prog,
				    struct xdplab_change *change,
				    const struct xdplab_edit_opts *opts);

/*
 * Removes stale state of `ifname` or, if NULL, of all interfaces of all
 * namespaces.  Maps kept by unload are only removed if `kept_maps` is set or
 * their interface is gone.  `report`, if not NULL, is called for each path
 * removed.
 */
XDPLAB_API int xdplab_chain_clean(const char *ifname, bool kept_maps,
				  void (*report)(const char *path, void *arg),
				  void *arg);

/* ---- status: read the programs of interfaces -------------------------- */

/* How a stage is run by the chain's program. */
enum xdplab_stage_how {
	XDPLAB_STAGE_INLINED,	  /* as part of the program */
	XDPLAB_STAGE_CALLED,	  /* as a function */
	XDPLAB_STAGE_TAIL_CALLED, /* as a separate program */
};

/* "inlined", "called" or "tail-called". */
XDPLAB_API const char *xdplab_stage_how_name(enum xdplab_stage_how how);

/* A stage of a chain. */
struct xdplab_stage {
	const char *name;
	uint32_t id;
	uint32_t prio;
	uint32_t actions;
	const char *section; /* "" if adopted */
	const char *path;    /* the ELF file, "" if adopted */
	uint64_t loaded_at;  /* seconds since 1970 */
	bool adopted;
	enum xdplab_stage_how how;
	const char *why; /* why it is not inlined, "" if it is */
	uint32_t group;	 /* program of a split chain it is in, from 0 */
	const char *tag; /* of the program with its id, "" if unknown */
	const uint32_t *map_ids;
	uint32_t nr_map_ids;
	bool counted;	     /* whether the members below are valid */
	uint64_t packets[5]; /* by verdict, since it was loaded */
	uint64_t bytes[5];   /* likewise; lengths at entry to the chain */
};

/* A program attached to an interface. */
struct xdplab_attached {
	enum xdplab_mode mode;
	uint32_t id;
	const char *name; /* in full if BTF or our state has it; "" without
				permission to read it */
	char tag[17];	  /* 16 hexadecimal digits, "" as above */
	const uint32_t *map_ids;
	uint32_t nr_map_ids;
	uint64_t loaded_at; /* seconds since 1970, 0 if unknown */
	uint32_t uid;	    /* of the user that loaded it */
	bool jited;
	uint32_t link_id;   /* its bpf_link, 0 if attached by netlink */
	const char *pinned; /* pin of the program or link, or NULL */
	uint64_t run_cnt;   /* packets seen while statistics were on */
	uint64_t run_time_ns;
	const struct xdplab_stage *stages; /* in order, */
	size_t nr_stages;		   /* or 0 if it is not a chain */
};

/* An interface of the namespace. */
struct xdplab_iface {
	uint32_t ifindex;
	const char *ifname;
	uint32_t mtu;
	bool up;
	const struct xdplab_attached *attached;
	size_t nr_attached; /* more than 1 only with hw */
};

struct xdplab_status;

/*
 * Reads the programs of `ifname` or, if NULL, of all interfaces of the calling
 * thread's network namespace, in one netlink dump.  Without permission to read
 * programs, only modes and ids are available.  -ENODEV.
 */
XDPLAB_API int xdplab_status_read(struct xdplab_status **out,
				  const char *ifname);
XDPLAB_API size_t xdplab_status_count(const struct xdplab_status *status);
XDPLAB_API const struct xdplab_iface *
xdplab_status_iface(const struct xdplab_status *status, size_t index);
XDPLAB_API void xdplab_status_free(struct xdplab_status *status);

/*
 * Enables the kernel's run statistics of all BPF programs, at a cost of about
 * 20 ns per run, until the returned descriptor is closed; or returns a negative
 * errno.
 */
XDPLAB_API int xdplab_stats_enable(void);

/* ---- values ----------------------------------------------------------- */

/*
 * A growing text: the caller initialises it to zero, and functions append to it.
 * Then .bytes ends with a NUL that .length does not include.  The caller may
 * truncate it, and free it at any time.  If memory runs out, .lost is set, to be
 * checked once at the end.
 */
struct xdplab_text {
	char *bytes;
	size_t length, room;
	bool lost; /* part of the text is missing */
};

/* Appends a string. */
XDPLAB_API void xdplab_text_add(struct xdplab_text *text, const char *more);
/* Frees its memory and makes it empty. */
XDPLAB_API void xdplab_text_free(struct xdplab_text *text);

/*
 * How the keys or the values of a map are read: by their BTF type, or as plain
 * bytes without one.  Owned by the object that returned it.
 */
struct xdplab_type;

/* The bytes of a value. */
XDPLAB_API size_t xdplab_type_size(const struct xdplab_type *type);

/* Appends it in C: "struct conf { __u32 limit; enum mode mode; }". */
XDPLAB_API void xdplab_type_describe(const struct xdplab_type *type,
				     struct xdplab_text *text);

enum xdplab_form {
	XDPLAB_FORM_TEXT, /* {.limit = 5, .mode = STRICT, .from = 10.0.0.1} */
	XDPLAB_FORM_JSON, /* {"limit":5,"mode":"STRICT","from":"10.0.0.1"} */
};

/*
 * Appends a value.  Integers are decimal and exact, enums are names, untyped
 * bytes "hex 01 ff" or ["0x01","0xff"], wide integers and pointers "0x1f" (a
 * string in JSON), char arrays strings if they contain one.  Members of anonymous
 * structs and unions belong to the parent, as in C; all members of a union, and
 * all variables of a data section are printed.
 *
 * Addresses are recognised by type (struct in_addr, in6_addr, a lone __be32), by
 * field name, and by length (__u8[6] is a MAC); types in network order (__be16)
 * are printed in host order; the key of an LPM trie is "10.0.0.0/8".  A
 * btf_decl_tag on the field or its typedef takes precedence: "ipv4", "ipv6",
 * "mac", "port", "be" (network order), "hex", "number".
 */
XDPLAB_API void xdplab_value_print(const struct xdplab_type *type,
				   const void *value, enum xdplab_form form,
				   struct xdplab_text *text);

/*
 * Parses a value, in either form or a mixture: members are `.name = 1`,
 * `name: 1` or `"name": 1`, separated by commas or blanks; numbers are decimal,
 * hexadecimal with 0x, or a character 'a'; `hex 01 ff` gives the bytes of any
 * type.  Other members are zero.  Leading blanks are skipped.
 *
 * `*end` is set to the end of the value, or to the error on failure; if `end` is
 * NULL, only blanks may follow.  `value` is untouched on failure.  -EINVAL, or
 * -ERANGE for a number too large for its field; the error starts with the path
 * of the field, if any.
 */
XDPLAB_API int xdplab_value_parse(const struct xdplab_type *type, void *value,
				  const char *input, const char **end);

/* Sets the fields given by path, ".limit=100" or "a.b[2] = {.c = 1}" or several,
 * ".a=1, .b=2", and leaves the rest unchanged.  Errors as above. */
XDPLAB_API int xdplab_value_assign(const struct xdplab_type *type, void *value,
				   const char *assignment);

/* Whether the value survives printing and parsing unchanged: not if, for
 * example, its padding is not zero. */
XDPLAB_API bool xdplab_value_is_exact(const struct xdplab_type *type,
				      const void *value);
/* Appends "hex 01 ff", which parses as any type. */
XDPLAB_API void xdplab_value_print_hex(const struct xdplab_type *type,
				       const void *value,
				       struct xdplab_text *text);

/* The place of an integer in a value. */
struct xdplab_field {
	uint64_t offset; /* of its first bit, as in BTF */
	uint32_t bits;	 /* up to 64 */
	bool is_signed;
	bool big_endian; /* in network order */
};

/* Finds an integer, boolean, enum or pointer by its path: "a.b[2]", or "" for
 * the whole value.  -EINVAL. */
XDPLAB_API int xdplab_field_find(const struct xdplab_type *type,
				 const char *path, struct xdplab_field *field);

/* Reads it from `value`, which is of one CPU, or a sum; if signed, as an
 * int64_t. */
XDPLAB_API uint64_t xdplab_field_read(const struct xdplab_field *field,
				      const void *value);

/* Writes it, truncated to the size of the field. */
XDPLAB_API void xdplab_field_write(const struct xdplab_field *field,
				   void *value, uint64_t number);

/* Calls `fn` for each field shown as an integer, until it returns false. */
XDPLAB_API void xdplab_field_each(const struct xdplab_type *type,
				  bool (*fn)(const char *path,
					     const struct xdplab_field *field,
					     void *arg),
				  void *arg);
/* ---- maps ------------------------------------------------------------- */

/* An open map. */
struct xdplab_map;

/* The kernel's information about a map. */
struct xdplab_map_info {
	uint32_t id;
	const char *name; /* at most 15 characters */
	uint32_t type;	  /* BPF_MAP_TYPE_*, linux/bpf.h */
	uint32_t key_size;
	uint32_t value_size; /* per CPU, for per-CPU maps */
	uint32_t max_entries;
	uint32_t flags;	 /* BPF_F_*, linux/bpf.h */
	bool frozen;	 /* read-only for system calls */
	bool per_cpu;	 /* one value per possible CPU */
	uint32_t btf_id; /* 0: its types are unknown */
};

/* "hash", "percpu_array", as in bpftool; "type 77" if unknown. */
XDPLAB_API const char *xdplab_map_type_name(uint32_t type);

/*
 * Opens a map by its id, "12", by a pin, which contains a '/', or by its name, of
 * which the kernel keeps 15 characters.  The map is held until it is closed, even
 * if it is no longer pinned or used, or if its pin is replaced.  If several have
 * that name, those that programs use or that are pinned are preferred to
 * leftovers that other processes hold open.  -ENOENT; -ENOTUNIQ if still
 * ambiguous, then xdplab_remedy() lists the ids; -EISDIR; -EPERM.
 */
XDPLAB_API int xdplab_map_open(struct xdplab_map **out, const char *which);
/* Opens the map of a descriptor, such as xdplab_prog_map_fd(), which stays open.
 * -EBADF; -EINVAL if it is not a map. */
XDPLAB_API int xdplab_map_open_fd(struct xdplab_map **out, int fd);
XDPLAB_API void xdplab_map_close(struct xdplab_map *map);
/* As of when the map was opened; valid until it is closed. */
XDPLAB_API const struct xdplab_map_info *
xdplab_map_info(const struct xdplab_map *map);
/* The descriptor, which belongs to the map. */
XDPLAB_API int xdplab_map_fd(const struct xdplab_map *map);

/*
 * The size of a value as read and written below: .value_size or, for per-CPU
 * maps, the values of all possible CPUs in a row, each rounded up to 8 bytes.
 */
XDPLAB_API size_t xdplab_map_value_bytes(const struct xdplab_map *map);
/* The distance between the values of two CPUs, and the number of values, 1 if
 * not per-CPU. */
XDPLAB_API size_t xdplab_map_stride(const struct xdplab_map *map);
XDPLAB_API unsigned int xdplab_map_nr_values(const struct xdplab_map *map);

/* The types of keys and values, owned by the map.  Without BTF they are plain
 * bytes, or integers for map types where the kernel defines them so. */
XDPLAB_API const struct xdplab_type *
xdplab_map_key_type(const struct xdplab_map *map);
XDPLAB_API const struct xdplab_type *
xdplab_map_value_type(const struct xdplab_map *map);

/* Whether its values contain numbers that can be summed. */
XDPLAB_API bool xdplab_map_can_sum(const struct xdplab_map *map);
/* Combines the values of all CPUs: numbers are summed, in their own size; of a
 * union, the largest is; everything else is that of the first CPU.  `sum` has
 * .value_size bytes and may be `values`.  If not per-CPU, it is a copy. */
XDPLAB_API void xdplab_map_sum(const struct xdplab_map *map, const void *values,
			       void *sum);

/* Called for each entry; a return value other than 0 stops reading. */
typedef int (*xdplab_entry_fn)(const void *key, const void *value, void *arg);

/*
 * Reads all entries, in batches if the kernel supports it: entries that exist
 * throughout are read exactly once, others at most once.  In an LPM trie that
 * changes meanwhile, some may be missed.  Returns the return value of `fn` if
 * not 0.  -EOPNOTSUPP for a type whose entries cannot be read.
 */
XDPLAB_API int xdplab_map_read(const struct xdplab_map *map, xdplab_entry_fn fn,
			       void *arg);

/* Whether xdplab_map_read() is supported: 0, or -EOPNOTSUPP. */
XDPLAB_API int xdplab_map_can_read(const struct xdplab_map *map);

/*
 * Reads an entry: `key` has .key_size bytes, `value` has
 * xdplab_map_value_bytes().  For a queue or a stack, which have no keys, it peeks
 * at the next value; for a bloom filter, it looks up `value`.  -ENOENT if there
 * is no such entry.
 */
XDPLAB_API int xdplab_map_get(const struct xdplab_map *map, const void *key,
			      void *value);
/* Whether the key is valid: 0, -E2BIG for an index out of range, or -EINVAL for
 * a prefix that is longer than its address. */
XDPLAB_API int xdplab_map_check_key(const struct xdplab_map *map,
				    const void *key);
/* `flags`: BPF_ANY, BPF_NOEXIST, BPF_EXIST of linux/bpf.h.  Maps and programs in
 * a value are given by id, as when reading. */
XDPLAB_API int xdplab_map_set(const struct xdplab_map *map, const void *key,
			      const void *value, uint64_t flags);

/* The bits of a value to compare and to set; all members have the size of the
 * value, and the masks select bits. */
struct xdplab_map_cas {
	const void *expected, *expected_mask;
	const void *wanted, *wanted_mask;
};

/*
 * Compares and sets atomically, also with respect to programs on other CPUs, by
 * a small BPF program.  All selected bits must be within 4 or 8 aligned bytes;
 * the other bits are unchanged.  `value` is set to the previous value.  -EAGAIN:
 * not as expected, and not changed; -ENOENT: no such entry; -EINVAL: bits are not
 * within such bytes; -EOPNOTSUPP: not an array or a hash, per-CPU, or protected
 * by a bpf_spin_lock; -EPERM.
 */
XDPLAB_API int xdplab_map_cas(const struct xdplab_map *map, const void *key,
			      const struct xdplab_map_cas *cas, void *value);

XDPLAB_API int xdplab_map_del(const struct xdplab_map *map, const void *key);
/* Writes `nr` entries, in batches if the kernel supports it; *done is set to the
 * number written. */
XDPLAB_API int xdplab_map_write(const struct xdplab_map *map, const void *keys,
				const void *values, size_t nr, size_t *done);
/* Deletes all entries, or sets those of an array to zero. */
XDPLAB_API int xdplab_map_clear(const struct xdplab_map *map);

/* What a value in a map of maps, programs or devices refers to. */
struct xdplab_map_ref {
	const char *what; /* "map_name", "prog_name", "ifname" */
	char name[128];
};

#define XDPLAB_MAP_REFS_MAX 2

/* Finds the names of these; returns their number. */
XDPLAB_API size_t
xdplab_map_refs(const struct xdplab_map *map, const void *value,
		struct xdplab_map_ref refs[XDPLAB_MAP_REFS_MAX]);
/* Like xdplab_value_parse(), but `text` may also be what a value refers to: a
 * map as in xdplab_map_open(), a pinned program, or an interface. */
XDPLAB_API int xdplab_map_value_parse(const struct xdplab_map *map, void *value,
				      const char *text);

/* The fill level of a ring buffer in bytes, including record headers. */
struct xdplab_map_ring {
	uint64_t size;
	uint64_t unread;
};

/* -EOPNOTSUPP for any other map. */
XDPLAB_API int xdplab_map_ring(const struct xdplab_map *map,
			       struct xdplab_map_ring *ring);

/* ---- maps: list them --------------------------------------------------- */

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

/* Reads all maps, ordered by id.  -EPERM. */
XDPLAB_API int xdplab_maps_read(struct xdplab_maps **out);
XDPLAB_API size_t xdplab_maps_count(const struct xdplab_maps *maps);
XDPLAB_API const struct xdplab_map_seen *
xdplab_maps_at(const struct xdplab_maps *maps, size_t index);
XDPLAB_API void xdplab_maps_free(struct xdplab_maps *maps);

/* ---- tap: the packets of an interface's program ------------------------ */

struct xdplab_tap;

/* A packet before and after a program, and its verdict. */
struct xdplab_tapped {
	uint32_t verdict;
	uint32_t ifindex, queue;
	const void *came, *left;
	size_t came_length, left_length;
};

/*
 * Taps the packets that pass the program of an interface: another program, the
 * tap, is swapped in and calls it.  Errors are those of all changes, and -ENOENT
 * if no program is attached.  The chain, its counters and maps look as before.
 * A foreign program is an adopted stage while it is tapped.
 *
 * The next change of the chain removes the tap.  If this process dies, the tap
 * stays until then, and keeps calling the chain.
 */
XDPLAB_API int xdplab_tap_open(struct xdplab_tap **out, const char *ifname);
/*
 * Calls `fn` for each packet, in order for each CPU, until it returns a value
 * other than 0, which is returned, or until `timeout_ms` have passed; then
 * returns 0, or -EPIPE if the tap was removed.
 */
XDPLAB_API int xdplab_tap_read(struct xdplab_tap *tap, int timeout_ms,
			       int (*fn)(const struct xdplab_tapped *tapped,
					 void *arg),
			       void *arg);
/* The number of packets dropped because the buffer was full. */
XDPLAB_API uint64_t xdplab_tap_lost(const struct xdplab_tap *tap);
/* Removes the tap, if it is still there, and frees it. */
XDPLAB_API int xdplab_tap_close(struct xdplab_tap *tap);

/* ---- packets as text --------------------------------------------------- */

/*
 * A packet in the notation of xdplab-packet(7), its layers and their fields:
 *
 *	eth / ip(dst=10.0.0.2) / udp(dport=2000) / "hello"
 *
 * Lengths, checksums and types of the next protocol are computed unless given.
 */
struct xdplab_packet;

struct xdplab_packet_opts {
	size_t sz;
	uint64_t seed; /* for `rand`: the same seed gives the same packet */
	bool pattern;  /* an expected packet: allow `_` and masks */
};

/*
 * Parses a packet.  `*end` is set to its end, or to the error on failure; if
 * `end` is NULL, only blanks may follow.  -EINVAL: xdplab_error() says what was
 * expected, and xdplab_remedy() is the closest name, if any.
 */
XDPLAB_API int xdplab_packet_parse(struct xdplab_packet **out, const char *text,
				   const char **end,
				   const struct xdplab_packet_opts *opts);
/* Decodes any bytes; whatever is unknown is payload.  -E2BIG for more than
 * 65535, -ENOMEM. */
XDPLAB_API int xdplab_packet_decode(struct xdplab_packet **out,
				    const void *bytes, size_t length);
XDPLAB_API void xdplab_packet_free(struct xdplab_packet *packet);
/* Its bytes, owned by the packet; `_` is zero. */
XDPLAB_API const void *xdplab_packet_bytes(const struct xdplab_packet *packet,
					   size_t *length);
/* Appends the packet as text that parses to the same bytes. */
XDPLAB_API void xdplab_packet_print(const struct xdplab_packet *packet,
				    struct xdplab_text *text);

/* A pcap file that is being written. */
struct xdplab_capture;

/* Creates it; only overwrites regular files. */
XDPLAB_API int xdplab_capture_open(struct xdplab_capture **out,
				   const char *path);
XDPLAB_API int xdplab_capture_add(struct xdplab_capture *capture,
				  const void *bytes, size_t length);
/* Writes buffered data, which a forked process would otherwise write again. */
XDPLAB_API int xdplab_capture_flush(struct xdplab_capture *capture);
/* Closes it; fails if not everything was written. */
XDPLAB_API int xdplab_capture_close(struct xdplab_capture *capture);

/* ---- packet tests ------------------------------------------------------ */

/* The tests of a file in the notation of xdplab-test(5). */
struct xdplab_tests;

/* An error in a test file. */
struct xdplab_mistake {
	const char *file;
	unsigned int line, column; /* 1-based, the column in bytes */
	const char *message;	   /* what was expected there */
	const char *hint;	   /* the closest valid name, or "" */
	const char *source;	   /* the text of that line */
};

struct xdplab_tests_opts {
	size_t sz;
	void (*mistake)(const struct xdplab_mistake *mistake, void *arg);
	void *arg;
	uint64_t seed;	     /* for random values; 0: choose one */
	const char *program; /* an object to test instead of the file's */
};

/*
 * Reads a test file.  `.mistake` is called for each error; then -EINVAL.  The
 * names of maps and fields are only looked up by xdplab_tests_load().
 */
XDPLAB_API int xdplab_tests_read(struct xdplab_tests **out, const char *path,
				 const struct xdplab_tests_opts *opts);
XDPLAB_API void xdplab_tests_free(struct xdplab_tests *tests);
/* The random seed; 0 if nothing is random. */
XDPLAB_API uint64_t xdplab_tests_seed(const struct xdplab_tests *tests);
/* The paths of the objects under test; NULL for an attached program. */
XDPLAB_API size_t xdplab_tests_nr_programs(const struct xdplab_tests *tests);
XDPLAB_API const char *xdplab_tests_program(const struct xdplab_tests *tests,
					    size_t index);

struct xdplab_test {
	const char *name;
	const char *after; /* the test whose state it starts with, or NULL */
	unsigned int line; /* of the file */
};

XDPLAB_API size_t xdplab_tests_count(const struct xdplab_tests *tests);
XDPLAB_API const struct xdplab_test *
xdplab_tests_at(const struct xdplab_tests *tests, size_t index);

/* A packet sent by a test, and the output packet. */
struct xdplab_test_packet {
	const struct xdplab_test *test;
	uint64_t number; /* of the packet in the test, from 0 */
	uint32_t verdict;
	const void *sent, *got;
	size_t sent_length, got_length;
};

struct xdplab_tests_load_opts {
	size_t sz;
	bool coverage; /* for xdplab_coverage_read() */
	/* Called for each packet, if not NULL. */
	void (*packet)(const struct xdplab_test_packet *packet, void *arg);
	void *arg;
};

/*
 * Loads the programs, creates the interfaces of the file in a private network
 * namespace, looks up all names, and saves the contents of the maps, with which
 * each test starts.  The calling thread is in that namespace until
 * xdplab_tests_free().  -EINVAL after errors in the file; errors of
 * xdplab_prog_load(); -EOPNOTSUPP for a program that the kernel cannot run on a
 * packet that was not received.
 */
XDPLAB_API int xdplab_tests_load(struct xdplab_tests *tests,
				 const struct xdplab_tests_load_opts *opts);

/* The expected and actual value of a field or a map entry. */
struct xdplab_test_row {
	const char *what; /* "ip.ttl", "stats[1].packets" */
	const char *expected;
	const char *got;
	bool differs;
};

/* A failed expectation. */
struct xdplab_test_failure {
	unsigned int line;
	const char *expectation; /* as in the file */
	const char *message;	 /* "ip.ttl is 63, not 64" */
	const struct xdplab_test_row *rows;
	size_t nr_rows;
};

struct xdplab_test_result {
	bool passed;
	const char *error; /* why it could not be completed, or "" */
	uint64_t nr_packets;
	uint64_t ns; /* total time */
	const struct xdplab_test_failure *failures;
	size_t nr_failures;

	/* The packet of the first failure, if any. */
	bool has_packet;
	struct xdplab_test_packet packet;
	const char *variables; /* "p=17, q=3" of enclosing loops, or "" */
	/* Where the program decided its verdict; "", 0, "" if unknown. */
	const char *decided_file, *decided_text;
	unsigned int decided_line;
};

/*
 * Runs a test, starting from the state after loading, or from that of the test
 * it comes after, which is run first unless it was the last one run.  Returns 0
 * even if the test fails.  The caller owns the result, but its strings are only
 * valid until the next xdplab_tests_run() or xdplab_tests_free().
 */
XDPLAB_API int xdplab_tests_run(struct xdplab_tests *tests, size_t index,
				struct xdplab_test_result **out);
XDPLAB_API void xdplab_test_result_free(struct xdplab_test_result *result);

/* ---- coverage ---------------------------------------------------------- */

/* A way out of a conditional jump. */
struct xdplab_coverage_way {
	uint64_t times;	 /* it was taken */
	unsigned int to; /* the target line in this file, 0 if unknown */
};

/* A line of a program's source. */
struct xdplab_coverage_line {
	const char *file;
	unsigned int line;
	const char *text;
	const char *function; /* the function it is in */
	uint64_t hits;	      /* how often it was reached */
	uint32_t branches;    /* ways out of its conditional jumps */
	uint32_t taken;	      /* number of those taken */
	const struct xdplab_coverage_way *ways; /* in code order */
};

struct xdplab_coverage;

/* The coverage of all programs by the tests run so far, loaded with .coverage,
 * ordered by file and line; its strings are valid until the next
 * xdplab_tests_run() or xdplab_tests_free().  -ENODATA without line information
 * or .coverage. */
XDPLAB_API int xdplab_coverage_read(struct xdplab_coverage **out,
				    const struct xdplab_tests *tests);
XDPLAB_API size_t xdplab_coverage_count(const struct xdplab_coverage *coverage);
XDPLAB_API const struct xdplab_coverage_line *
xdplab_coverage_at(const struct xdplab_coverage *coverage, size_t index);
XDPLAB_API void xdplab_coverage_free(struct xdplab_coverage *coverage);

/* ---- fuzzing ----------------------------------------------------------- */

/* A test file without tests, for the program `function` of the object `path`;
 * NULL: the only one.  -ENOMEM. */
XDPLAB_API int xdplab_tests_of_program(struct xdplab_tests **out,
				       const char *path, const char *function,
				       const struct xdplab_tests_opts *opts);
/* Appends everything in the file except the tests, for a file in `directory`.
 * -ENOMEM. */
XDPLAB_API int xdplab_tests_head(const struct xdplab_tests *tests,
				 const char *directory,
				 struct xdplab_text *text);

enum xdplab_finding_kind {
	XDPLAB_FINDING_ABORTED = 1, /* verdict ABORTED, or not a verdict */
	XDPLAB_FINDING_DIFFERENT,   /* differs from the other version */
	XDPLAB_FINDING_LONGER,	    /* longer than a frame of its interface */
};

/* A finding, with a minimized packet that shows it. */
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
	/* In the notation of xdplab-test(5), to be appended to the head: it
	 * fails until the program is fixed. */
	const char *test;
};

/* "aborted", "different", "longer". */
XDPLAB_API const char *xdplab_finding_name(enum xdplab_finding_kind kind);

struct xdplab_fuzz_state {
	uint64_t runs; /* packets run, except to minimize findings */
	double seconds;
	size_t kept;		/* packets that reached new code */
	size_t blocks, reached; /* of the program's code; 0: unknown */
	size_t findings;
	uint64_t lost; /* findings that were not reproducible */
};

struct xdplab_fuzz_opts {
	size_t sz;
	double seconds; /* time limit; 0: none */
	uint64_t runs;	/* maximum number of packets; 0: no limit */
	uint64_t seed;	/* equal seeds and runs give equal findings */
	/* The object of another version, which must have the same verdicts
	 * and packets; or NULL. */
	const char *against;
	bool unguided; /* ignore coverage, to measure its benefit */
	/* Called at intervals, if not NULL; false stops fuzzing. */
	bool (*progress)(const struct xdplab_fuzz_state *state, void *arg);
	void (*found)(const struct xdplab_finding *finding, void *arg);
	void *arg;
};

/*
 * Fuzzes the programs of `tests`, which must not be loaded yet: mutates the
 * packets that the tests send, and common ones, and keeps those that reach new
 * code.  What goes wrong in the same way at the same line is one finding, which
 * is reported again, by the same number, when a smaller packet shows it.  Errors
 * of xdplab_tests_load(); -EOPNOTSUPP for an attached program.
 */
XDPLAB_API int xdplab_fuzz(struct xdplab_tests *tests,
			   const struct xdplab_fuzz_opts *opts,
			   struct xdplab_fuzz_state *state);

/* ---- features of an interface ----------------------------------------- */

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
	XDPLAB_HEALTH_INFO, /* neither good nor bad */
	XDPLAB_HEALTH_WARN, /* something will not work */
	XDPLAB_HEALTH_FAIL, /* XDP will not work at all */
};

struct xdplab_check {
	const char *name; /* short and fixed, such as "bpffs" */
	enum xdplab_health health;
	const char *finding; /* the result */
	const char *remedy;  /* what to do, or "" */
};

typedef void (*xdplab_check_fn)(const struct xdplab_check *check, void *arg);

/*
 * Checks the kernel, the caller's privileges and, if `ifname` is not NULL, that
 * interface; calls `fn` for each result.  Loads and frees small programs and
 * maps, but attaches nothing.  -ENODEV.
 */
XDPLAB_API int xdplab_doctor_run(const char *ifname, xdplab_check_fn fn,
				 void *arg);

/* ---- namespaces and sandboxes ----------------------------------------- */

/*
 * Moves the calling thread into a network namespace of `ip netns` or of a
 * sandbox.  Mounts are unchanged, including /sys/fs/bpf.  -ENOENT.
 */
XDPLAB_API int xdplab_netns_enter(const char *name);

struct xdplab_sandbox_opts {
	size_t sz;
	unsigned int ports; /* veth pairs, 1 (default) to 8 */
};

/*
 * Creates the sandbox `name`: the namespace `name` with interfaces veth0,
 * veth1, ..., each connected to peerN in a separate namespace, `name`-peer for
 * the first port and `name`-peer2, ... for others; and a private bpffs.
 * Port 1 has 10.11.1.1/24 and fd00:11:1::1/64 on veth0, .2 and ::2 on peer0,
 * port 2 has 10.11.2.1 and so on; MACs and neighbours are static.  Offloads are
 * off, so that XDP sees complete packets, and the kernel sends no packets of its
 * own.  Each peerN has a native program "xdplab_pass", which is required for
 * XDP_TX and XDP_REDIRECT to arrive there.
 *
 * All or nothing: on failure everything is undone; signals of the calling thread
 * are blocked meanwhile.  -EINVAL for an invalid name (up to 32 letters, digits,
 * '-' and '_'); -EEXIST for an existing sandbox or namespace.  Sandboxes cannot
 * be created inside a sandbox: the mounts would only be visible there.
 */
XDPLAB_API int xdplab_sandbox_up(const char *name,
				 const struct xdplab_sandbox_opts *opts);

/*
 * Moves the calling process into namespace `name`, a sandbox or a peer of one,
 * with a private mount namespace in which /sys is that of the namespace and
 * /sys/fs/bpf that of the sandbox.  The process must be single-threaded; on
 * failure it may be partly inside and should exit.  -ENOENT: no such sandbox, or
 * a broken one.
 */
XDPLAB_API int xdplab_sandbox_enter(const char *name);

/*
 * Removes the sandbox: its interfaces, its namespaces, and its bpffs with all
 * pins.  Not interrupted by signals.  -ENOENT; -EBUSY while processes are inside.
 */
XDPLAB_API int xdplab_sandbox_down(const char *name);

/* An interface of a sandbox, as created. */
struct xdplab_sandbox_iface {
	const char *netns;
	const char *ifname;
	const char *mac;
	const char *ipv4; /* without its prefix length, 24 */
	const char *ipv6; /* without its prefix length, 64 */
};

struct xdplab_sandbox {
	const char *name;
	unsigned int ports;
	unsigned int processes; /* inside, including peers */
	bool broken;		/* partly created or removed: take it down */
	const struct xdplab_sandbox_iface *ifaces; /* two per port */
	size_t nr_ifaces;
};

/* Calls `fn` for each sandbox, ordered by name. */
XDPLAB_API int xdplab_sandbox_list(void (*fn)(const struct xdplab_sandbox *s,
					      void *arg),
				   void *arg);

#ifdef __cplusplus
}
#endif

#endif
