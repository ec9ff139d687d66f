// SPDX-License-Identifier: Apache-2.0
// Written by scripts/types.mjs out of openapi.json; `make web-types` renews both.

export interface paths {
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agents that have reported within a day: those of the project in force, and one's own.
         * @description A page of the list; `marker` is a `next`.
         */
        get: operations["list_agents"];
        put?: never;
        /** Take the place of what the agent has said before; reports are forgotten after a day. */
        post: operations["post_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent's sources, pipelines and publishers, with rates.
         * @description Of several agents of one name, that of this project; else the one that was heard of last.
         */
        get: operations["show_agent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alarms that one may see.
         * @description Filters, all of which must hold; `match` is a part of the name, `*` stands for anything.
         *
         * `failing` leaves those that could not be decided last, or those that could. A minus before the name in
         * `sort` turns
         *     the order.
         */
        get: operations["list_alarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An alarm by its id. */
        get: operations["show_alarm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of an alarm, also of one that is gone.
         * @description A page.
         */
        get: operations["list_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}/past": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an alarm's rules saw in a span, and the states that it was in.
         * @description A span, by default the last hour.
         */
        get: operations["show_past"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch alarms on or off; those that are so already stay as they are. */
        post: operations["enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would have become of an alarm with a rule, had there been one. */
        post: operations["preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is kept of metrics, how fine and how long. */
        get: operations["list_policies"];
        put?: never;
        /** Make a policy. */
        post: operations["create_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive-policies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One policy. */
        get: operations["show_policy"];
        put?: never;
        post?: never;
        /** Delete a policy that neither a metric nor a rule refers to. */
        delete: operations["delete_policy"];
        options?: never;
        head?: never;
        /** Keep aggregates for a longer or shorter time. */
        patch: operations["change_policy"];
        trace?: never;
    };
    "/api/v1/archive-policy-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which policy new metrics get by their names. */
        get: operations["list_rules"];
        put?: never;
        /** Make a rule. */
        post: operations["create_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archive-policy-rules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a rule; the metrics that it gave a policy keep it. */
        delete: operations["delete_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Administrative acts.
         * @description Events by exactly this actor and of exactly this action, from `start` up to `stop`;
         * `marker` is a `next`.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the backup is that is under way. */
        get: operations["show_backup"];
        put?: never;
        /** Copy store and index while serving: answered once the copy is verified. */
        post: operations["post_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records that were refused or dropped, here or by agents.
         * @description Those of exactly this station and this cause, received from `start` up to `stop`;
         * `marker` is a `next`.
         */
        get: operations["list_dead_letters"];
        put?: never;
        /** 202 once the records are on disk, where they stay for a week. */
        post: operations["post_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A notification, with every attempt at it. */
        get: operations["show_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{key}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deliver a notification once more, whatever became of it. */
        post: operations["send_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events that one may see, the newest first.
         * @description Filters, all of which must hold.
         *
         * `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated.
         * `trait` is
         * NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of
         * the id or of a
         *         trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
         *
         *     `marker` is a `next`.
         */
        get: operations["list_typed_events"];
        put?: never;
        /**
         * 202 once every event is on disk. What was sent before is not kept twice.
         * @description An event belongs to the caller's project. Administrators, services and callers without a
         * project send for others:
         * the project is then what the trait `project_id` or `tenant_id` says. An event of more than a day ahead
         * is dropped,
         *     and so is what is raw and longer than 256 KiB; both are counted.
         */
        post: operations["post_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An event by its id; what is raw is shown to operators. */
        get: operations["show_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many events of each type there were over time.
         * @description Filters, all of which must hold.
         *
         * `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated.
         * `trait` is
         * NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of
         * the id or of a
         *         trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
         *
         *     The span is the last hour by default, in at most `buckets` steps.
         */
        get: operations["count_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which types and traits there are among the events that match.
         * @description Filters, all of which must hold.
         *
         * `type` is a glob with `*` and `?`, with `!` in front one that must not fit, and may be repeated.
         * `trait` is
         * NAME=VALUE and may be repeated. `resource` is the value of any trait, `text` a part of the type, of
         * the id or of a
         *     trait. `filter` is an expression such as `type like 'compute.%' and traits.memory_mb >= 4096`.
         */
        get: operations["list_event_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The way that a metric's or a resource's data go; the first station that is not good is where it stops.
         * @description A metric's id, or a resource's id or name: one of the two.
         */
        get: operations["show_journey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics that one may see, with their newest values.
         * @description A name has the text of `match` in it (`*` stands for anything); `resource` is an id or name.
         */
        get: operations["list_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics/{id}/measures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A metric's measures, oldest first.
         * @description JSON is `{"metric", "name", "unit", "resource", "measures": [[time_ms, value], …],
         * "next_ms"}`, where `next_ms` is
         * the start of the rest when `limit` cut it off, else null. CSV has the columns time (ISO 8601, UTC) and
         * value.
         *
         *     The span, by default everything that is stored; at most `limit` measures, the oldest first.
         */
        get: operations["list_measures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description. */
        get: operations["show_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How everything is, at a glance. */
        get: operations["show_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The projects that one belongs to; operators see all. */
        get: operations["list_projects"];
        put?: never;
        /** Make a project. */
        post: operations["create_project"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a project with its memberships and tokens; data that carries its id stays. */
        delete: operations["delete_project"];
        options?: never;
        head?: never;
        /** Change name and description, or disable: nobody can work in a disabled project, its data stays. */
        patch: operations["change_project"];
        trace?: never;
    };
    "/api/v1/projects/{id}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let a user belong to the project with exactly these roles. */
        put: operations["set_member"];
        post?: never;
        /** Let a user leave the project: its tokens for it go, and it is logged out. */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the operations give over the metrics that one may see. */
        post: operations["run_query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resource-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The types of resources, those without any among them. */
        get: operations["list_resource_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Resources that one may see.
         * @description Filters, all of which must hold.
         *
         * `match` is a part of the id, the display name or the name; `*` stands for anything. `attribute` is
         * NAME=VALUE and
         * may be repeated; without `type` only attributes of text are found. Resources that have ended are left
         * out unless
         *     `ended`. A minus before the name in `sort` turns the order.
         */
        get: operations["list_resources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A resource, by its id or its name, with its metrics. */
        get: operations["show_resource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a resource was earlier.
         * @description A page of revisions.
         */
        get: operations["list_revisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The newest values and sparklines of metrics of many resources; what one may not see is left out. */
        post: operations["read_latest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/lifetimes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resources begin, change and end. Those of others stay as they are: a step for one is refused with 403. */
        post: operations["carry_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 202 once every sample is on disk. Resources and metrics that are not there yet are made. */
        post: operations["post_samples"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scaling/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a signal or a target about a group that need not exist; nothing is changed. */
        post: operations["dry_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whatever is called so, among what one may see.
         * @description Words, a part of a name, or an id; a metric may be looked for as `vm-1 cpu`, its
         * resource's name first.
         */
        get: operations["search_everything"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The points of metrics, all read together; a metric that is not there, or not to be seen, is named in a
         * note.
         */
        post: operations["read_series"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who one is, with any credentials. */
        get: operations["show_session"];
        put?: never;
        /** Log in with a password: the answer sets the session cookie. */
        post: operations["post_session"];
        /** Log out: the session of the cookie ends. */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change one's own password; one's other sessions end, tokens stay. */
        post: operations["post_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shared-work/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Slots that are held, taken and to be given back; the work of one project's agents is not another's. */
        post: operations["divide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The rows of one SELECT over the views; a project's owner finds its own rows in them. */
        post: operations["post_sql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a statement of the caller's is. */
        get: operations["show_statement"];
        put?: never;
        post?: never;
        /** Stop a statement of the caller's, in the engine, too; its POST answers with the cause `cancelled`. */
        delete: operations["cancel_statement"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The views with their columns and what these mean. */
        get: operations["list_views"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the program is: what came in, what was dropped, how much is stored. */
        get: operations["show_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own tokens; who sees accounts may ask for another user's.
         * @description Whose tokens: one's own unless `user` names another.
         */
        get: operations["list_tokens"];
        put?: never;
        /** Make a token, with no more than its user's roles; the answer has the secret, once. */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a token back: it is refused from now on. */
        delete: operations["delete_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All local users. */
        get: operations["list_users"];
        put?: never;
        /** Make a user; a default project is one that it belongs to. */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One user. */
        get: operations["show_user"];
        put?: never;
        post?: never;
        /** Delete a user with its memberships, tokens and sessions; what it has created stays. */
        delete: operations["delete_user"];
        options?: never;
        head?: never;
        /** Change roles, default project, disabled; who loses a role or is disabled is logged out. */
        patch: operations["change_user"];
        trace?: never;
    };
    "/api/v1/users/{name}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give a user another password, which ends its sessions; its tokens stay. */
        put: operations["set_user_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AgentBrief
         * @description An agent in few words; `troubles` are sentences, `project_id` is null for an agent of no
         * project.
         */
        AgentBrief: {
            every_s: number;
            name: string;
            project_id: string | null;
            seen_ms: number;
            started_ms: number;
            /** @enum {unknown} */
            state: "errors" | "ok" | "silent";
            troubles: string[];
            version: string;
        };
        /**
         * AgentDetail
         * @description All that an agent says of itself; rates are told over the last `window_s`, null while
         * there is one report.
         */
        AgentDetail: {
            agent: components["schemas"]["AgentBrief"];
            brokers: components["schemas"]["BrokerView"][];
            drops: components["schemas"]["DropView"][];
            families: components["schemas"]["FamilyView"][];
            outlets: components["schemas"]["OutletView"][];
            pipelines: components["schemas"]["PipelineView"][];
            shared: components["schemas"]["SharedSlots"] | null;
            sources: components["schemas"]["PollingSource"][];
            tasks: components["schemas"]["TaskView"][];
            window_s: number | null;
        };
        /**
         * AgentReport
         * @description All of it; `time_ns` is when it was counted, by the agent's clock, `interval_s` when the
         * next one is to come.
         */
        AgentReport: {
            /** @default [] */
            brokers?: components["schemas"]["Broker"][];
            /** @default [] */
            drops?: components["schemas"]["Drop"][];
            /** @default [] */
            families?: components["schemas"]["PollingFamily"][];
            interval_s: number;
            name: string;
            /** @default [] */
            outlets?: components["schemas"]["Outlet"][];
            /** @default [] */
            pipelines?: components["schemas"]["Pipeline"][];
            /** @default null */
            shared?: components["schemas"]["SharedSlots"] | null;
            /** @default [] */
            sources?: components["schemas"]["PollingSource"][];
            started_ns: number;
            /** @default [] */
            tasks?: components["schemas"]["PollingTask"][];
            time_ns: number;
            version: string;
        };
        /**
         * Agents
         * @description Agents by name; `next` is the marker of the page after this one, `now_ms` the time by
         * which they were seen.
         */
        Agents: {
            agents: components["schemas"]["AgentBrief"][];
            next: string | null;
            now_ms: number;
        };
        /**
         * AlarmDetail
         * @description An alarm, and the newest notifications about it.
         */
        AlarmDetail: {
            alarm: components["schemas"]["AlarmView"];
            deliveries: components["schemas"]["DeliveryView"][];
        };
        /**
         * AlarmList
         * @description A page of alarms, the marker of the next one, and how many match in each state.
         *
         *     The counts are those of the other filters, whatever was asked for in `state` and `failing`.
         */
        AlarmList: {
            alarms: components["schemas"]["AlarmView"][];
            counts: components["schemas"]["Counts"];
            next: string | null;
        };
        /**
         * AlarmPast
         * @description What the rules saw, the state at the start of the span, and the transitions within it,
         * oldest first.
         *
         * `would_be` tells that these have not happened, but would have. Before `made_ms` there was no such
         * alarm; null where
         *     nobody remembers.
         */
        AlarmPast: {
            /** @enum {unknown} */
            before: "alarm" | "insufficient data" | "ok";
            made_ms: number | null;
            series: components["schemas"]["RuleSeries"][];
            transitions: components["schemas"]["Moved"][];
            would_be: boolean;
        };
        /**
         * AlarmView
         * @description An alarm as it is now: its state since when and why, and what went wrong when it was
         * decided last, "" for nothing.
         *
         *     `rule` is in the words of the alarm's `type`; actions are URLs without credentials.
         */
        AlarmView: {
            alarm_actions: string[];
            changed_ms: number;
            description: string;
            enabled: boolean;
            error: string;
            id: string;
            insufficient_data_actions: string[];
            name: string;
            ok_actions: string[];
            project_id: string;
            reason: string;
            repeat_actions: boolean;
            rule: Record<string, unknown>;
            /** @enum {unknown} */
            severity: "critical" | "low" | "moderate";
            since_ms: number;
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
            threshold: number | null;
            time_constraints: Record<string, unknown>[];
            type: string;
            user_id: string;
        };
        /**
         * Answer
         * @description Rows by column; not `complete` when there are more than the limit.
         *
         *     Times are ISO texts in UTC, decimals texts, numbers that JSON does not know (NaN, infinities) null.
         */
        Answer: {
            bytes_read: number;
            columns: components["schemas"]["ResultColumn"][];
            complete: boolean;
            rows: unknown[][];
            rows_read: number;
            seconds: number;
        };
        /**
         * AssociatesBody
         * @description Resources that go with another: those of a type that a search finds, in the notation of
         * Gnocchi's JSON searches.
         *
         *     They end with it, or take these `fields`. Where there is no such type there are none.
         */
        AssociatesBody: {
            /** @default {} */
            fields?: {
                [key: string]: string | number | boolean | null;
            };
            search: Record<string, unknown>;
            type: string;
        };
        /**
         * AttemptView
         * @description One try: how long it took, the status that came back, 0 for none, and what went wrong.
         */
        AttemptView: {
            error: string;
            lasted_ms: number;
            status: number;
            time_ms: number;
        };
        /**
         * BackupMade
         * @description The folder of the copy, and the measures and metrics in it.
         */
        BackupMade: {
            folder: string;
            measures: number;
            metrics: number;
        };
        /**
         * BackupProgress
         * @description From 0 to 1; null when no backup is under way.
         */
        BackupProgress: {
            done: number | null;
        };
        /**
         * BackupWish
         * @description Where the copy goes; without a folder, into a new one below the data directory's `backups`.
         */
        BackupWish: {
            /** @default null */
            folder?: string | null;
        };
        /**
         * Broker
         * @description A message broker, without user and password, and the messages that came from it.
         */
        Broker: {
            /** @default 0 */
            acknowledged?: number;
            address: string;
            connected: boolean;
            /** @default [] */
            queues?: string[];
            /** @default 0 */
            received?: number;
            /** @default 0 */
            reconnects?: number;
            /** @default 0 */
            redelivered?: number;
        };
        /**
         * BrokerView
         * @description A message broker, and the messages that came from it.
         */
        BrokerView: {
            acknowledged: components["schemas"]["Flow"];
            address: string;
            connected: boolean;
            queues: string[];
            received: components["schemas"]["Flow"];
            reconnects: number;
            redelivered: number;
        };
        /**
         * Busiest
         * @description The busiest first.
         */
        Busiest: {
            hosts: components["schemas"]["Busy"][];
            instances: components["schemas"]["Busy"][];
        };
        /**
         * Busy
         * @description A resource by its use of processors: the mean of the last quarter of an hour, and the
         * last hour as a chart.
         */
        Busy: {
            /** Format: uuid */
            metric: string;
            name: string;
            resource: components["schemas"]["ResourceBrief"];
            times_ms: number[];
            unit: string | null;
            value: number;
            values: (number | null)[];
        };
        /**
         * Change
         * @description One change; `kind` is one of a resource's life, or `audit` for what an administrator did.
         */
        Change: {
            actor: string | null;
            /** @enum {unknown} */
            kind: "audit" | "changed" | "created" | "ended";
            resource: components["schemas"]["ResourceBrief"] | null;
            time_ms: number;
            what: string;
        };
        /**
         * Changed
         * @description How many are different now.
         */
        Changed: {
            changed: number;
        };
        /**
         * ChangeView
         * @description What became of an alarm: by whom, and what is different.
         */
        ChangeView: {
            detail: Record<string, unknown>;
            id: string;
            time_ms: number;
            type: string;
            user_id: string;
        };
        /**
         * Check
         * @description One thing that must be so: what was found, and what to do when it is not good.
         */
        Check: {
            advice: string;
            found: string;
            good: boolean;
            name: string;
        };
        /**
         * ColumnView
         * @description A column of a view; `type` as the engine calls it.
         */
        ColumnView: {
            meaning: string;
            name: string;
            type: string;
        };
        /**
         * Counts
         * @description How many alarms are in each state, and how many of them all could not be decided last.
         */
        Counts: {
            alarm: number;
            failing: number;
            insufficient_data: number;
            ok: number;
        };
        /**
         * CycleView
         * @description The cycle of a task that ended last; `late_s` is how long after its time it began.
         */
        CycleView: {
            ended_ms: number;
            late_s: number;
            samples: number;
            seconds: number;
        };
        /**
         * DefinitionDraft
         * @description A granularity with either points or a timespan; with neither, it is kept for ever.
         */
        DefinitionDraft: {
            /** @default null */
            granularity_s?: number | null;
            /** @default null */
            points?: number | null;
            /** @default null */
            timespan_s?: number | null;
        };
        /**
         * DefinitionView
         * @description One granularity and how long its aggregates are kept; null for ever.
         */
        DefinitionView: {
            granularity_s: number;
            points: number | null;
            timespan_s: number | null;
        };
        /**
         * DeliveryDetail
         * @description A notification with what is sent and every attempt at it, oldest first.
         */
        DeliveryDetail: {
            alarm: string;
            attempts: components["schemas"]["AttemptView"][];
            body: Record<string, unknown>;
            delivery: components["schemas"]["DeliveryView"];
        };
        /**
         * DeliveryView
         * @description A notification on its way, or over; `target` is without credentials.
         */
        DeliveryView: {
            attempts: number;
            created_ms: number;
            due_ms: number | null;
            key: string;
            /** @enum {unknown} */
            progress: "delivered" | "given up" | "waiting";
            state: string;
            target: string;
        };
        /**
         * Division
         * @description Who holds what: the slots granted, and those of them to give back, as others have too few.
         *
         * `members` are all agents of the group that have been heard of in time; `time_ns` is the clock that all
         * go by.
         */
        Division: {
            give_back: number[];
            members: string[];
            slots: components["schemas"]["SlotGrant"][];
            time_ns: number;
        };
        /**
         * Drop
         * @description Records that went no further than a station, by cause.
         */
        Drop: {
            cause: string;
            records: number;
            station: string;
        };
        /**
         * Dropped
         * @description Records that one station dropped for one cause since the start.
         */
        Dropped: {
            cause: string;
            records: number;
            station: string;
        };
        /**
         * DroppedRate
         * @description What a station dropped for a cause since this server started, and by the minute in the
         * last five minutes.
         */
        DroppedRate: {
            cause: string;
            per_minute: number;
            records: number;
            station: string;
        };
        /**
         * DropView
         * @description Records that went no further than a station, by cause.
         */
        DropView: {
            cause: string;
            records: components["schemas"]["Flow"];
            station: string;
        };
        /**
         * DryRun
         * @description What would become of it: the size wanted, and whether the change would be made, with the
         * reason.
         */
        DryRun: {
            before: number;
            /**
             * @default true
             * @enum {unknown}
             */
            dry_run?: true;
            reason: string;
            /** @enum {unknown} */
            verdict: "accepted" | "no change" | "refused";
            wanted: number;
        };
        /**
         * DryRunBody
         * @description A group with so many members now, and either a policy that is signalled or a target that
         * is tracked.
         */
        DryRunBody: {
            group: components["schemas"]["GroupBody"];
            /** @default null */
            policy?: components["schemas"]["PolicyBody"] | null;
            size: number;
            /** @default null */
            tracking?: components["schemas"]["TargetBody"] | null;
        };
        /**
         * EnabledBody
         * @description Alarms to be decided from now on, or not any more.
         */
        EnabledBody: {
            enabled: boolean;
            ids: string[];
        };
        /**
         * EventBody
         * @description An event; `id` is the same however often it is sent. `raw` is the message that it was
         * made of, any object.
         */
        EventBody: {
            generated_ns: number;
            id: string;
            raw?: unknown;
            /** @default [] */
            traits?: components["schemas"]["TraitBody"][];
            type: string;
        };
        /**
         * EventDetail
         * @description An event with the message that it was made of: null where none was kept, or the caller
         * may not see it.
         */
        EventDetail: {
            event: components["schemas"]["TypedEvent"];
            raw: unknown;
        };
        /**
         * EventList
         * @description Events, the newest first; `next` is the marker of the page after this one.
         */
        EventList: {
            events: components["schemas"]["EventView"][];
            next: string | null;
        };
        /**
         * EventsBody
         * @description Many events at once.
         */
        EventsBody: {
            events: components["schemas"]["EventBody"][];
        };
        /**
         * EventView
         * @description What was done: `actor` is a user's name, or has a colon: `cli:` and who was at the
         * command line, `system:` and us.
         *
         *     `peer` is the address it was done from.
         */
        EventView: {
            action: string;
            actor: string;
            details: Record<string, unknown>;
            id: number;
            peer: string | null;
            project_id: string | null;
            target: string;
            time_ms: number;
        };
        /**
         * FamilyView
         * @description What went wrong when a family was asked, since the agent's start.
         */
        FamilyView: {
            errors: number;
            in_trouble: boolean;
            name: string;
            overruns: number;
            timeouts: number;
        };
        /**
         * Flow
         * @description A count since the agent's start, and by how much it rises each second; null while nobody
         * can tell.
         */
        Flow: {
            per_s: number | null;
            total: number;
        };
        /**
         * Found
         * @description At most `limit` of each kind.
         */
        Found: {
            metrics: components["schemas"]["MetricFound"][];
            resources: components["schemas"]["ResourceBrief"][];
        };
        /**
         * GroupBody
         * @description A group of members: its bounds, whether it is being changed, and until when changes are
         * refused.
         */
        GroupBody: {
            /** @default false */
            busy?: boolean;
            /** @default null */
            cooldown_until?: (string | number) | null;
            /** @default true */
            healthy?: boolean;
            max_size: number;
            min_size: number;
        };
        /**
         * Heard
         * @description A report was kept; the next one is wanted in `next_s`.
         */
        Heard: {
            next_s: number;
        };
        /**
         * History
         * @description A page of an alarm's history, newest first, and the marker of the next one.
         */
        History: {
            changes: components["schemas"]["ChangeView"][];
            next: string | null;
        };
        /**
         * Journey
         * @description The stations in the order of the journey, and whether all are good.
         */
        Journey: {
            good: boolean;
            stations: components["schemas"]["Station"][];
        };
        /**
         * LastCycle
         * @description The cycle of a task that ended last; `late_s` is how long after its time it began.
         */
        LastCycle: {
            ended_ns: number;
            late_s: number;
            samples: number;
            seconds: number;
        };
        /**
         * Latest
         * @description A point: the newest one that is stored.
         */
        Latest: {
            time_ms: number;
            value: number | null;
        };
        /**
         * LatestBody
         * @description Which resources, and which names of metrics (null for all); the sparklines' span, by
         * default the last hour.
         */
        LatestBody: {
            ids: string[];
            /** @default null */
            metrics?: string[] | null;
            /** @default 60 */
            points?: number;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
        };
        /**
         * LetterBody
         * @description A record as text, the station that refused it, and the cause; the first 64 KiB of the
         * record are kept.
         */
        LetterBody: {
            cause: string;
            record: string;
            station: string;
        };
        /**
         * Letters
         * @description Dead letters, the newest first; `next` is the marker of the page after this one.
         */
        Letters: {
            next: string | null;
            records: components["schemas"]["LetterView"][];
        };
        /**
         * LettersBody
         * @description Records that an agent could not use.
         */
        LettersBody: {
            records: components["schemas"]["LetterBody"][];
        };
        /**
         * LetterView
         * @description A record that was refused; `project_id` is that of whoever sent it, null where nobody can
         * tell.
         */
        LetterView: {
            cause: string;
            project_id: string | null;
            record: string;
            station: string;
            time_ms: number;
        };
        /**
         * LifetimesAnswer
         * @description How many resources are new or different now, and what was refused; all other steps were taken.
         */
        LifetimesAnswer: {
            changed: number;
            refused: components["schemas"]["RefusedStep"][];
        };
        /**
         * LifetimesBody
         * @description Steps, taken in their order, and when resources begin and end by them: now, unless `at`
         * says otherwise.
         */
        LifetimesBody: {
            /** @default null */
            at?: (string | number) | null;
            steps: components["schemas"]["StepBody"][];
        };
        /**
         * Login
         * @description A user and its password; `domain` is the user's at Keystone, by default the configured one.
         */
        Login: {
            /** @default null */
            domain?: string | null;
            password: string;
            user: string;
        };
        /**
         * Measures
         * @description `next_ms` is where the rest begins when the limit cut it off.
         */
        Measures: {
            measures: [
                number,
                number | null
            ][];
            /** Format: uuid */
            metric: string;
            name: string | null;
            next_ms: number | null;
            resource: components["schemas"]["ResourceBrief"] | null;
            unit: string | null;
        };
        /**
         * MemberRoles
         * @description All the roles that a user has in a project.
         */
        MemberRoles: {
            roles: ("member" | "reader" | "writer")[];
        };
        /**
         * Meter
         * @description What is measured and how: `unit` is at most 31 characters.
         */
        Meter: {
            /**
             * @default gauge
             * @enum {unknown}
             */
            kind?: "cumulative" | "delta" | "gauge";
            name: string;
            /** @default  */
            unit?: string;
        };
        /**
         * MetricFound
         * @description A metric and the resource that it measures.
         */
        MetricFound: {
            /** Format: uuid */
            id: string;
            name: string | null;
            resource: components["schemas"]["ResourceBrief"] | null;
            unit: string | null;
        };
        /**
         * MetricOfResource
         * @description A metric, what is kept of it (finest granularity first), and its newest point as stored.
         */
        MetricOfResource: {
            granularities_s: number[];
            /** Format: uuid */
            id: string;
            kind: ("cumulative" | "delta" | "gauge") | null;
            latest: components["schemas"]["Latest"] | null;
            methods: string[];
            name: string;
            policy: string;
            rate: boolean;
            unit: string | null;
        };
        /**
         * MetricView
         * @description A metric, the thing it measures (by the id that its agent gives it), and its newest point
         * if it has one.
         */
        MetricView: {
            /** Format: uuid */
            id: string;
            name: string | null;
            policy: string;
            resource: string | null;
            time: string | null;
            type: string | null;
            unit: string | null;
            value: number | null;
        };
        /**
         * Moved
         * @description An alarm went into a state, and why.
         */
        Moved: {
            reason: string;
            /** @enum {unknown} */
            state: "alarm" | "insufficient data" | "ok";
            time_ms: number;
        };
        /**
         * NewMembership
         * @description A project for a new user to belong to.
         */
        NewMembership: {
            project: string;
            roles: ("member" | "reader" | "writer")[];
        };
        /**
         * NewPassword
         * @description A password that somebody else than its user sets.
         */
        NewPassword: {
            /** @default false */
            must_change_password?: boolean;
            password: string;
        };
        /**
         * NewProject
         * @description A project to be made; its id, which data carries as project_id, is the name unless it is
         * given.
         */
        NewProject: {
            /** @default  */
            description?: string;
            /** @default null */
            id?: string | null;
            name: string;
        };
        /**
         * NewToken
         * @description A token to be made, for oneself or for `user`.
         *
         * Without `roles` it has all that its user has; `project_id` is by default the project in force (for
         * another user:
         * its default project), `*` stands for every project that the user may work in. Without `days` it does
         * not expire.
         */
        NewToken: {
            /** @default null */
            days?: number | null;
            name: string;
            /** @default null */
            project_id?: string | null;
            /** @default null */
            roles?: ("admin" | "member" | "operator" | "reader" | "service" | "writer")[] | null;
            /** @default null */
            user?: string | null;
        };
        /**
         * NewUser
         * @description A user to be made: a person with a password, or a service account without one;
         * `project_id` is the default.
         */
        NewUser: {
            /**
             * @default person
             * @enum {unknown}
             */
            kind?: "person" | "service";
            /** @default [] */
            memberships?: components["schemas"]["NewMembership"][];
            /** @default false */
            must_change_password?: boolean;
            name: string;
            /** @default null */
            password?: string | null;
            /** @default null */
            project_id?: string | null;
            /** @default [] */
            roles?: ("admin" | "member" | "operator" | "reader" | "service" | "writer")[];
        };
        /**
         * Outlet
         * @description A publisher, its URL without user, password and options, with what waits for it on disk.
         *
         * `sent`, `refused` and `lost` count samples and events: taken by the peer, refused by it, and dropped
         * as the spool
         *     was full or they were too old. `trouble` is what the peer, or the way to it, last had against a batch.
         */
        Outlet: {
            /** @default false */
            away?: boolean;
            /** @default 0 */
            lost?: number;
            name: string;
            /** @default 0 */
            refused?: number;
            /** @default 0 */
            sent?: number;
            /** @default  */
            trouble?: string;
            /** @default null */
            trouble_ns?: number | null;
            /** @default 0 */
            waiting?: number;
            /** @default 0 */
            waiting_bytes?: number;
        };
        /**
         * OutletView
         * @description A publisher with what waits for it on disk; `trouble` is what it last had against a batch.
         */
        OutletView: {
            away: boolean;
            in_trouble: boolean;
            lost: components["schemas"]["Flow"];
            name: string;
            refused: components["schemas"]["Flow"];
            sent: components["schemas"]["Flow"];
            trouble: string;
            trouble_ms: number | null;
            waiting: number;
            waiting_bytes: number;
        };
        /**
         * Overview
         * @description `platform` is null for those who may not see the platform; the rest is what the caller
         * may see.
         */
        Overview: {
            busiest: components["schemas"]["Busiest"];
            changes: components["schemas"]["Change"][];
            platform: components["schemas"]["Platform"] | null;
        };
        /**
         * PasswordChange
         * @description One's password as it is, and as it shall be.
         */
        PasswordChange: {
            new: string;
            old: string;
        };
        /**
         * Pipeline
         * @description What samples, or events, pass through.
         */
        Pipeline: {
            /** @default [] */
            sinks?: components["schemas"]["PipelineSink"][];
            /** @default [] */
            sources?: components["schemas"]["PipelineSource"][];
            /** @enum {unknown} */
            takes: "events" | "meters";
        };
        /**
         * PipelineSink
         * @description A sink: what has entered, its transformers in order, and its publishers by their places
         * among the outlets.
         */
        PipelineSink: {
            /** @default 0 */
            entered?: number;
            name: string;
            /** @default [] */
            outlets?: number[];
            /** @default [] */
            steps?: components["schemas"]["PipelineStep"][];
        };
        /**
         * PipelineSource
         * @description A source of a pipeline: the patterns that it takes, the sinks that it feeds, and what it
         * has taken.
         */
        PipelineSource: {
            name: string;
            sinks: string[];
            /** @default 0 */
            taken?: number;
            takes: string[];
        };
        /**
         * PipelineSourceView
         * @description A source of a pipeline, and what it takes.
         */
        PipelineSourceView: {
            name: string;
            sinks: string[];
            taken: components["schemas"]["Flow"];
            takes: string[];
        };
        /**
         * PipelineStep
         * @description A transformer, and what it has let out.
         */
        PipelineStep: {
            name: string;
            /** @default 0 */
            out?: number;
        };
        /**
         * PipelineView
         * @description What samples (`meters`), or events, pass through.
         */
        PipelineView: {
            sinks: components["schemas"]["SinkView"][];
            sources: components["schemas"]["PipelineSourceView"][];
            takes: string;
        };
        /**
         * Platform
         * @description `good` when all checks are; `lag_s` is the age of the newest measure, null when there is none.
         */
        Platform: {
            checks: components["schemas"]["Check"][];
            dropped: components["schemas"]["DroppedRate"][];
            good: boolean;
            lag_s: number | null;
            rate: components["schemas"]["RateLine"];
            rate_per_s: number;
            store: components["schemas"]["StoreView"];
        };
        /**
         * Policies
         * @description All policies, by name.
         */
        Policies: {
            policies: components["schemas"]["PolicyView"][];
        };
        /**
         * PolicyBody
         * @description By how much a group changes: by so many members, to so many, or by so many percent, but
         * by a least step.
         */
        PolicyBody: {
            /** @enum {unknown} */
            adjustment_type: "change_in_capacity" | "exact_capacity" | "percent_change_in_capacity";
            /** @default null */
            min_adjustment_step?: number | null;
            scaling_adjustment: number;
        };
        /**
         * PolicyDraft
         * @description A policy to be made; without methods it keeps mean, min, max, sum, std and count.
         */
        PolicyDraft: {
            /** @default 0 */
            back_window?: number;
            definition: components["schemas"]["DefinitionDraft"][];
            /** @default [] */
            methods?: string[];
            name: string;
        };
        /**
         * PolicyPatch
         * @description Other retention of the same granularities, perhaps another back window.
         */
        PolicyPatch: {
            /** @default null */
            back_window?: number | null;
            definition: components["schemas"]["DefinitionDraft"][];
        };
        /**
         * PolicyView
         * @description A policy, finest granularity first, and how many metrics are under it.
         */
        PolicyView: {
            back_window: number;
            definition: components["schemas"]["DefinitionView"][];
            methods: string[];
            metrics: number;
            name: string;
        };
        /**
         * PollingFamily
         * @description What went wrong when a family was asked.
         */
        PollingFamily: {
            /** @default 0 */
            errors?: number;
            name: string;
            /** @default 0 */
            overruns?: number;
            /** @default 0 */
            timeouts?: number;
        };
        /**
         * PollingSource
         * @description A source of a `polling.yaml`: patterns of meters as written, and the families that are
         * asked for them here.
         */
        PollingSource: {
            /** @default [] */
            families?: string[];
            interval_s: number;
            /** @default [] */
            meters?: string[];
            name: string;
        };
        /**
         * PollingTask
         * @description What is polled together: its cycles, those that began late, what they read, and the
         * families that they ask.
         */
        PollingTask: {
            /** @default 0 */
            cycles?: number;
            /** @default [] */
            families?: string[];
            interval_s: number;
            /** @default null */
            last?: components["schemas"]["LastCycle"] | null;
            name: string;
            /** @default 0 */
            overruns?: number;
            /** @default 0 */
            samples?: number;
            shared: boolean;
        };
        /**
         * PreviewBody
         * @description A rule that need not be kept anywhere, in the words of its `type`, and the span to try it on.
         */
        PreviewBody: {
            rule: Record<string, unknown>;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
            type: string;
        };
        /**
         * Problem
         * @description What went wrong (RFC 9457): `field` names the argument or the place in the body, `cause`
         * is for programs.
         */
        Problem: {
            /** @default  */
            cause?: string;
            /** @default  */
            detail?: string;
            /** @default null */
            field?: unknown;
            status: number;
            title: string;
            type: string;
        };
        /**
         * ProjectList
         * @description Projects, by name.
         */
        ProjectList: {
            projects: components["schemas"]["ProjectView"][];
        };
        /**
         * ProjectPatch
         * @description What becomes different of a project; what is left out stays.
         */
        ProjectPatch: {
            description?: string;
            disabled?: boolean;
            name?: string;
        };
        /**
         * ProjectView
         * @description A project; one that only the identity service knows has no time and no count of users here.
         */
        ProjectView: {
            created_ms: number | null;
            description: string;
            disabled: boolean;
            id: string;
            name: string;
            users: number | null;
        };
        /**
         * QueriedSeries
         * @description One outcome; `metric` and `resource` where it is that of a single metric, `group` where
         * groups were asked for.
         */
        QueriedSeries: {
            group: {
                [key: string]: string | number | boolean | null;
            } | null;
            metric: string | null;
            name: string;
            resource: components["schemas"]["ResourceBrief"] | null;
            times_ms: number[];
            unit: string | null;
            values: (number | null)[];
        };
        /**
         * QueryAnswer
         * @description At most 500 series, in the order of their groups; `notes` say what else is to be known.
         */
        QueryAnswer: {
            downsampled: boolean;
            granularity_s: number | null;
            notes: string[];
            series: components["schemas"]["QueriedSeries"][];
            start_ms: number;
            stop_ms: number;
        };
        /**
         * QueryBody
         * @description `operations` as in Gnocchi's aggregates, such as `(aggregate mean (metric cpu.util mean))`.
         *
         * Metrics are referred to by id, or by name (`*` and `?` allowed) over the resources of `resource_type`
         * that
         * `search`, filter text, finds; `groupby` names attributes by whose values resources are put together.
         * The span is
         *     the last hour by default; each series has at most `points` points, its lowest and highest staying.
         */
        QueryBody: {
            /** @default null */
            granularity_s?: number | null;
            /** @default [] */
            groupby?: string[];
            operations: string;
            /** @default 1000 */
            points?: number;
            /** @default null */
            resource_type?: string | null;
            /** @default null */
            search?: string | null;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
        };
        /**
         * RateLine
         * @description Measures taken in by the second, over the last hour, by all servers together.
         */
        RateLine: {
            times_ms: number[];
            values: (number | null)[];
        };
        /**
         * RefusedStep
         * @description A step that changed nothing of its resource, by its place from 0; `status` is as HTTP has
         * them.
         */
        RefusedStep: {
            reason: string;
            status: number;
            step: number;
        };
        /**
         * ResourceBrief
         * @description A resource in few words: `name` is the id that its agent gives it, `label` what people
         * call it.
         */
        ResourceBrief: {
            /** Format: uuid */
            id: string;
            label: string;
            name: string;
            project_id: string | null;
            type: string;
        };
        /**
         * ResourceDetail
         * @description A resource and its metrics, by name.
         */
        ResourceDetail: {
            metrics: components["schemas"]["MetricOfResource"][];
            resource: components["schemas"]["ResourceView"];
        };
        /**
         * Resources
         * @description A page of resources, how many match in all, and the marker of the next page.
         */
        Resources: {
            next: string | null;
            resources: components["schemas"]["ResourceView"][];
            total: number;
        };
        /**
         * ResourceTypes
         * @description Every type, by name.
         */
        ResourceTypes: {
            types: components["schemas"]["ResourceTypeView"][];
        };
        /**
         * ResourceTypeView
         * @description A type, its attributes as they are defined, and how many resources of it the caller may see.
         */
        ResourceTypeView: {
            attributes: {
                [key: string]: Record<string, unknown>;
            };
            name: string;
            resources: number;
        };
        /**
         * ResourceView
         * @description A resource as it is now; `name` is the id that its agent gives it, `label` what people
         * call it.
         */
        ResourceView: {
            attributes: {
                [key: string]: string | number | boolean | null;
            };
            creator: string | null;
            ended_ms: number | null;
            /** Format: uuid */
            id: string;
            label: string;
            name: string;
            project_id: string | null;
            revision_ms: number;
            started_ms: number;
            type: string;
            user_id: string | null;
        };
        /**
         * ResultColumn
         * @description A column of an answer; `type` as the engine calls it.
         */
        ResultColumn: {
            name: string;
            type: string;
        };
        /**
         * Revision
         * @description What a resource was from `start_ms` on until `end_ms`, null for now.
         */
        Revision: {
            attributes: {
                [key: string]: string | number | boolean | null;
            };
            end_ms: number | null;
            ended_ms: number | null;
            project_id: string | null;
            start_ms: number;
            user_id: string | null;
        };
        /**
         * Revisions
         * @description Revisions, the newest first, and the marker of the next page.
         */
        Revisions: {
            next: string | null;
            revisions: components["schemas"]["Revision"][];
        };
        /**
         * RuleDraft
         * @description A rule to be made.
         */
        RuleDraft: {
            archive_policy_name: string;
            metric_pattern: string;
            name: string;
        };
        /**
         * Rules
         * @description All rules, in the order in which they are tried.
         */
        Rules: {
            rules: components["schemas"]["RuleView"][];
        };
        /**
         * RuleSeries
         * @description The values that a rule looked at, by the start of their bucket; or why there are none in
         * `missing`.
         */
        RuleSeries: {
            missing: string;
            rule: Record<string, unknown>;
            threshold: number;
            times_ms: number[];
            values: (number | null)[];
        };
        /**
         * RuleView
         * @description New metrics whose name matches the pattern (`*` stands for anything) get the policy.
         */
        RuleView: {
            archive_policy_name: string;
            metric_pattern: string;
            name: string;
        };
        /**
         * SampleBatch
         * @description One batch of samples, by column: row i reads `value[i]` of `meters[meter[i]]` on
         * `resources[resource[i]]`.
         *
         *     `time_ns` counts nanoseconds since the epoch, UTC. All four columns have the same length.
         */
        SampleBatch: {
            meter: number[];
            meters: components["schemas"]["Meter"][];
            resource: number[];
            resources: components["schemas"]["SampledResource"][];
            time_ns: number[];
            value: number[];
        };
        /**
         * SampledResource
         * @description The thing measured, as its agent knows it; `id` is a UUID or any name without a slash.
         */
        SampledResource: {
            /** @default {} */
            attributes?: {
                [key: string]: string | number | boolean | null;
            };
            id: string;
            /** @default null */
            project_id?: string | null;
            /** @default generic */
            type?: string;
        };
        /**
         * SeriesAnswer
         * @description In the order asked for; `granularity_s` is the coarsest of all, `downsampled` when points
         * were left out.
         */
        SeriesAnswer: {
            downsampled: boolean;
            granularity_s: number | null;
            method: string;
            notes: components["schemas"]["SeriesNote"][];
            series: components["schemas"]["SeriesView"][];
            start_ms: number;
            stop_ms: number;
        };
        /**
         * SeriesBody
         * @description Which metrics and which of their stored methods; the span, by default the last hour.
         *
         * Without `granularity_s` each series is as fine as its policy keeps it for the span, or finer where the
         * span is
         *     short and measures come more often. `points` bounds each series:
         * one that has more is thinned, its lowest and highest points staying. With `rate` null counters are
         * shown as their
         *     growth by the second; true and false decide for all metrics.
         */
        SeriesBody: {
            /** @default null */
            granularity_s?: number | null;
            /** @default mean */
            method?: string;
            metrics: string[];
            /** @default 1000 */
            points?: number;
            /** @default null */
            rate?: boolean | null;
            /** @default null */
            start?: (string | number) | null;
            /** @default null */
            stop?: (string | number) | null;
        };
        /**
         * SeriesNote
         * @description What is to be known about one metric of the answer, or about one that is not in it.
         */
        SeriesNote: {
            /** Format: uuid */
            metric: string;
            text: string;
        };
        /**
         * SeriesView
         * @description One metric's points; `rate` when they are growth by the second, which the unit then says too.
         */
        SeriesView: {
            granularity_s: number;
            /** Format: uuid */
            metric: string;
            name: string | null;
            rate: boolean;
            resource: components["schemas"]["ResourceBrief"] | null;
            times_ms: number[];
            unit: string | null;
            values: (number | null)[];
        };
        /**
         * Session
         * @description Who one is: the roles in force, the project in force (`*` for all that one may see), and
         * one's own projects.
         *
         * `csrf` goes into the header X-CSRF-Token of requests that change something; it is empty, and
         * `expires_ms` null,
         * without a session. With `must_change_password` nothing else is allowed until another password is
         * chosen.
         */
        Session: {
            csrf: string;
            expires_ms: number | null;
            /** @enum {unknown} */
            identity: "headers" | "keystone" | "local";
            must_change_password: boolean;
            project: string;
            projects: components["schemas"]["SessionProject"][];
            roles: string[];
            sees_all: boolean;
            user: string;
        };
        /**
         * SessionProject
         * @description A project that one belongs to, and one's roles in force there.
         */
        SessionProject: {
            id: string;
            name: string;
            roles: string[];
        };
        /**
         * SharedSlots
         * @description The part that the agent holds in the central work of its group.
         */
        SharedSlots: {
            group: string;
            held: number;
            slots: number;
        };
        /**
         * SharedWorkReport
         * @description Who asks, and what of the slots that it holds.
         *
         * The group's work lies in `slots` slots; those granted are held for `ttl_s`. Who wants to `leave`
         * releases all.
         */
        SharedWorkReport: {
            /** @default [] */
            held?: components["schemas"]["SlotReport"][];
            holder: string;
            /** @default false */
            leave?: boolean;
            /** @default 64 */
            slots?: number;
            /** @default 15 */
            ttl_s?: number;
        };
        /**
         * SinkView
         * @description A sink: what enters, its transformers in order, and its publishers by their places among
         * the outlets.
         */
        SinkView: {
            entered: components["schemas"]["Flow"];
            name: string;
            outlets: number[];
            steps: components["schemas"]["StepView"][];
        };
        /**
         * SlotGrant
         * @description A slot that is held, until `ttl_s` after the answer was asked for.
         *
         * For one that is new to the holder, `claims` and `state` are what the holder before left; else they are
         * empty.
         */
        SlotGrant: {
            /** @default {} */
            claims?: {
                [key: string]: number;
            };
            fencing: number;
            slot: number;
            /** @default null */
            state?: string | null;
        };
        /**
         * SlotReport
         * @description What a holder says of a slot: `fencing` as it was given with it, `claims` the last number
         * that it did of each task.
         *
         * `state` is what work in the slot remembers, for the next holder; None leaves what is there. `release`
         * gives the
         *     slot back.
         */
        SlotReport: {
            /** @default {} */
            claims?: {
                [key: string]: number;
            };
            fencing: number;
            /** @default false */
            release?: boolean;
            slot: number;
            /** @default null */
            state?: string | null;
        };
        /**
         * Sparkline
         * @description A metric of a resource with its newest point and a small chart.
         *
         *     Counters (`rate`) are shown as growth by the second; their newest point is that of the chart.
         */
        Sparkline: {
            latest: components["schemas"]["Latest"] | null;
            /** Format: uuid */
            metric: string;
            name: string;
            policy: string;
            rate: boolean;
            /** Format: uuid */
            resource: string;
            times_ms: number[];
            unit: string | null;
            values: (number | null)[];
        };
        /**
         * Sparklines
         * @description In the order of the resources asked for, then by name.
         */
        Sparklines: {
            series: components["schemas"]["Sparkline"][];
        };
        /**
         * State
         * @description How far a statement is: `waiting` for its turn, or `running`.
         */
        State: {
            /** @default 0 */
            bytes_read?: number;
            /** @default 0 */
            rows_read?: number;
            /** @default 0 */
            rows_total?: number;
            /** @default 0 */
            seconds?: number;
            state: string;
        };
        /**
         * Statement
         * @description One SELECT over the views; by an `id` of one's own it can be watched and cancelled while
         * it runs.
         */
        Statement: {
            /** @default null */
            id?: string | null;
            sql: string;
        };
        /**
         * Station
         * @description One stop of the journey: `good` or not, what was found there, and what to do when it is
         * not good.
         */
        Station: {
            /** @default  */
            advice?: string;
            found: string;
            good: boolean;
            station: string;
        };
        /**
         * Status
         * @description Counters since the start, drops by station and cause, and the size of each table.
         */
        Status: {
            commit_seconds: number;
            commits: number;
            dropped: components["schemas"]["Dropped"][];
            measures_accepted: number;
            metrics: number;
            tables: components["schemas"]["TableSize"][];
            uptime_s: number;
            version: string;
        };
        /**
         * StepBody
         * @description What becomes of one resource: it is created, unless it is there; it is updated, or it
         * ends, if it is there.
         *
         *     `fields` are `user_id`, `project_id`, `started_at`, `ended_at`, and attributes of its type.
         */
        StepBody: {
            /** @default [] */
            associates?: components["schemas"]["AssociatesBody"][];
            /** @enum {unknown} */
            do: "create" | "end" | "update";
            /** @default {} */
            fields?: {
                [key: string]: string | number | boolean | null;
            };
            id: string;
            type: string;
        };
        /**
         * StepView
         * @description A transformer, and what it lets out.
         */
        StepView: {
            name: string;
            out: components["schemas"]["Flow"];
        };
        /**
         * StoreView
         * @description What the store holds; the growth is null until there is history enough to tell.
         */
        StoreView: {
            bytes: number;
            bytes_per_row: number | null;
            disk_free_bytes: number;
            growth_bytes_per_day: number | null;
            rows: number;
        };
        /**
         * TableSize
         * @description What one table of the store holds.
         */
        TableSize: {
            bytes: number;
            parts: number;
            rows: number;
            table: string;
        };
        /**
         * TargetBody
         * @description What the mean of a value that all members share is to be, and what it is.
         */
        TargetBody: {
            target: number;
            value: number;
        };
        /**
         * TaskView
         * @description What is polled together; it is in trouble when cycles begin late, or a family that it asks is.
         */
        TaskView: {
            cycles: number;
            in_trouble: boolean;
            interval_s: number;
            last: components["schemas"]["CycleView"] | null;
            name: string;
            overruns: number;
            samples: components["schemas"]["Flow"];
            shared: boolean;
        };
        /**
         * Timeline
         * @description Counts by type, the most frequent first; each step begins at its time and is `step_s` long.
         */
        Timeline: {
            step_s: number;
            times_ms: number[];
            types: components["schemas"]["TypeCounts"][];
        };
        /**
         * TokenList
         * @description Tokens, the oldest first.
         */
        TokenList: {
            tokens: components["schemas"]["TokenView"][];
        };
        /**
         * TokenMade
         * @description A new token with its secret, which is never shown again.
         */
        TokenMade: {
            secret: string;
            token: components["schemas"]["TokenView"];
        };
        /**
         * TokenView
         * @description A token without its secret; with `project_id` null it works wherever its user may.
         */
        TokenView: {
            created_ms: number;
            expires_ms: number | null;
            id: string;
            last_used_ms: number | null;
            name: string;
            project_id: string | null;
            roles: string[];
            user: string;
        };
        /**
         * TraitBody
         * @description One fact of an event; a `datetime` is in ns since the epoch, UTC.
         */
        TraitBody: {
            name: string;
            /** @enum {unknown} */
            type: "datetime" | "float" | "integer" | "text";
            value: string | number;
        };
        /**
         * TraitFound
         * @description A trait that events of the span have, and its kind.
         */
        TraitFound: {
            name: string;
            /** @enum {unknown} */
            type: "datetime" | "float" | "integer" | "text";
        };
        /**
         * TraitView
         * @description One fact of an event; a `datetime` is in ns since the epoch, UTC.
         */
        TraitView: {
            name: string;
            /** @enum {unknown} */
            type: "datetime" | "float" | "integer" | "text";
            value: string | number;
        };
        /**
         * TypeCounts
         * @description Events of one type in each step; an empty type is all that are rarer than those told apart.
         */
        TypeCounts: {
            counts: number[];
            events: number;
            type: string;
        };
        /**
         * TypedEvent
         * @description An event; `resource` is the name of the resource that it is about, null where no trait tells.
         */
        TypedEvent: {
            generated_ns: number;
            id: string;
            project_id: string | null;
            resource: string | null;
            time_ms: number;
            traits: components["schemas"]["TraitView"][];
            type: string;
        };
        /**
         * TypedEvents
         * @description Events, the newest first; `next` is the marker of the page after this one.
         */
        TypedEvents: {
            events: components["schemas"]["TypedEvent"][];
            next: string | null;
        };
        /**
         * TypeFound
         * @description A type, how many events it has in the span, and when the newest was.
         */
        TypeFound: {
            events: number;
            newest_ms: number;
            type: string;
        };
        /**
         * TypesFound
         * @description Types, the most frequent first, and the traits of all their events by name.
         */
        TypesFound: {
            traits: components["schemas"]["TraitFound"][];
            types: components["schemas"]["TypeFound"][];
        };
        /**
         * UserList
         * @description All users, by name.
         */
        UserList: {
            users: components["schemas"]["UserView"][];
        };
        /**
         * UserMembership
         * @description A project that a user belongs to, and the roles that it has there.
         */
        UserMembership: {
            project: string;
            roles: string[];
        };
        /**
         * UserPatch
         * @description What becomes different of a user; what is left out stays.
         */
        UserPatch: {
            disabled?: boolean;
            must_change_password?: boolean;
            project_id?: string | null;
            roles?: ("admin" | "member" | "operator" | "reader" | "service" | "writer")[];
        };
        /**
         * UserView
         * @description A local user: `roles` hold everywhere, those of a membership in its project alone.
         */
        UserView: {
            created_ms: number;
            disabled: boolean;
            /** @enum {unknown} */
            kind: "person" | "service";
            memberships: components["schemas"]["UserMembership"][];
            must_change_password: boolean;
            name: string;
            project_id: string | null;
            roles: string[];
        };
        /**
         * Views
         * @description Everything that SQL can read.
         */
        Views: {
            views: components["schemas"]["ViewView"][];
        };
        /**
         * ViewView
         * @description A view that SQL can read.
         */
        ViewView: {
            columns: components["schemas"]["ColumnView"][];
            meaning: string;
            name: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_agents: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agents"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heard"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_agent: {
        parameters: {
            query?: {
                project?: string | null;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_alarms: {
        parameters: {
            query?: {
                enabled?: boolean | null;
                failing?: boolean | null;
                limit?: number;
                marker?: string;
                match?: string;
                project?: string;
                severity?: ("critical" | "low" | "moderate") | null;
                sort?: string;
                state?: ("alarm" | "insufficient data" | "ok") | null;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_history: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_past: {
        parameters: {
            query?: {
                start?: (string | number) | null;
                stop?: (string | number) | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmPast"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnabledBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmPast"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_policies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policies"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyDraft"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyPatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rules"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleDraft"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                action?: string | null;
                actor?: string | null;
                limit?: number;
                marker?: string | null;
                start?: (string | number) | null;
                stop?: (string | number) | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupProgress"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupWish"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupMade"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                cause?: string;
                limit?: number;
                marker?: string | null;
                start?: (string | number) | null;
                station?: string;
                stop?: (string | number) | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Letters"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LettersBody"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_typed_events: {
        parameters: {
            query?: {
                filter?: string;
                limit?: number;
                marker?: string | null;
                project?: string;
                resource?: string;
                start?: (string | number) | null;
                stop?: (string | number) | null;
                text?: string;
                trait?: string[];
                type?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypedEvents"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventsBody"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_events: {
        parameters: {
            query?: {
                buckets?: number;
                filter?: string;
                project?: string;
                resource?: string;
                start?: (string | number) | null;
                stop?: (string | number) | null;
                text?: string;
                trait?: string[];
                type?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_event_types: {
        parameters: {
            query?: {
                filter?: string;
                project?: string;
                resource?: string;
                start?: (string | number) | null;
                stop?: (string | number) | null;
                text?: string;
                trait?: string[];
                type?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypesFound"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_journey: {
        parameters: {
            query?: {
                metric?: string | null;
                resource?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Journey"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_metrics: {
        parameters: {
            query?: {
                limit?: number;
                match?: string;
                resource?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricView"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_measures: {
        parameters: {
            query?: {
                format?: "csv" | "json";
                limit?: number;
                start?: (string | number) | null;
                stop?: (string | number) | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Measures"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_projects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_project: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProject"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectPatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberRoles"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserMembership"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryAnswer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_resource_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceTypes"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_resources: {
        parameters: {
            query?: {
                attribute?: string[];
                ended?: boolean;
                limit?: number;
                marker?: string;
                match?: string;
                project?: string;
                sort?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resources"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_resource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceDetail"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_revisions: {
        parameters: {
            query?: {
                limit?: number;
                marker?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revisions"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_latest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LatestBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sparklines"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    carry_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LifetimesBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LifetimesAnswer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_samples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SampleBatch"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dry_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DryRunBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_everything: {
        parameters: {
            query: {
                limit?: number;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Found"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_series: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeriesBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesAnswer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    divide: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SharedWorkReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Division"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Statement"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_statement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_statement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Views"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: {
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenMade"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_user_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
