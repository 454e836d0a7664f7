%% What happened in one scenario, in one order, and who each process is: the labels `a#1`, `a#2` of an actor's incarnations.
%% Must not know what is run or what is expected.
-module(conformance_trace).
-export([open/0, reset/0, add/2, events/0, size/0, begin_incarnation/1, pid_of/1, label/1, mark_dynamic/1, is_dynamic/1, await_release/0, release/1,
         keep/2, kept/1, text/1]).

open() ->
    ets:new(trace, [named_table, public, ordered_set]),
    ets:new(names, [named_table, public, set]).

reset() ->
    ets:delete_all_objects(trace),
    ets:delete_all_objects(names).

%% Order: one table takes all events, so that two processes' events have the order in which they happened.
add(Observer, Text) ->
    ets:insert(trace, {erlang:unique_integer([monotonic]), Observer, unicode:characters_to_list(Text)}).

events() -> [{Observer, Text} || {_, Observer, Text} <- ets:tab2list(trace)].

size() -> ets:info(trace, size).

begin_incarnation(Id) ->
    N = ets:update_counter(names, {count, Id}, 1, {{count, Id}, 0}),
    Label = lists:concat([Id, "#", N]),
    ets:insert(names, [{{latest, Id}, self()}, {{exact, list_to_atom(Label)}, self()}, {{pid, self()}, Label}]),
    N.

pid_of(Label) ->
    case ets:lookup(names, {exact, Label}) ++ ets:lookup(names, {latest, Label}) of
        [{_, Pid} | _] -> Pid;
        [] -> exit({unknown_label, Label})
    end.

label(Pid) ->
    case ets:lookup(names, {pid, Pid}) of
        [{_, Label}] -> Label;
        [] -> "nobody"
    end.

mark_dynamic(Pid) -> ets:insert(names, {{dynamic, Pid}}).

is_dynamic(Pid) -> ets:member(names, {dynamic, Pid}).

%% Things with names of their own: aliases, changed specs.
keep(Key, Value) -> ets:insert(names, {{kept, Key}, Value}).

kept(Key) ->
    case ets:lookup(names, {kept, Key}) of
        [{_, Value}] -> Value;
        [] -> undefined
    end.

await_release() ->
    ets:insert(names, {{gated, self()}}),
    receive '$release' -> ok end.

%% Whoever waits for nothing is not released.
release(Pid) ->
    case ets:take(names, {gated, Pid}) of
        [] -> ok;
        _ -> Pid ! '$release'
    end.

%% A term as both sides write it.
text({Reason, {gen_server, _, _}}) -> text(Reason);
text({Reason, {sys, _, _}}) -> text(Reason);
text({Reason, {'Elixir.GenServer', _, _}}) -> text(Reason);
text({Reason, {'Elixir.Task', _, _}}) -> text(Reason);
text({Reason, {'Elixir.Task.Supervised', _, _}}) -> text(Reason);
text({register, Registry, Key, Pid, Value}) -> io_lib:format("register(~ts,~ts,~ts,~ts)", [text(T) || T <- [Registry, Key, Pid, Value]]);
text({unregister, Registry, Key, Pid}) -> io_lib:format("unregister(~ts,~ts,~ts)", [text(T) || T <- [Registry, Key, Pid]]);
text({shutdown, {failed_to_start_child, Id, Reason}}) -> ["shutdown(failed_to_start(", text(Id), ",", text(Reason), "))"];
text({shutdown, Reason}) -> ["shutdown(", text(Reason), ")"];
text({{nocatch, Thrown}, Stack}) when is_list(Stack) -> ["nocatch(", text(Thrown), ")"];
text({bad_return_value, _}) -> "bad_return";
text({supervisor_data, Why}) -> text(Why);
text({start_spec, Why}) -> text(Why);
text({bad_combination, _}) -> "invalid(significant)";
text({bad_flags, _}) -> "invalid(flags)";
text({duplicate_child_name, Id}) -> ["duplicate(", text(Id), ")"];
text({already_started, _}) -> "already_started";
text({Reason, Child}) when element(1, Child) =:= child -> text(Reason);
text({Why, _} = Term) when is_atom(Why) ->
    case {atom_to_list(Why), is_stack(element(2, Term))} of
        {_, true} -> ["error(", text(Why), ")"];
        {"invalid_" ++ What, _} -> ["invalid(", What, ")"];
        _ -> io_lib:format("~w", [Term])
    end;
text(Pid) when is_pid(Pid) -> label(Pid);
text(Atom) when is_atom(Atom) -> atom_to_list(Atom);
text(Other) -> io_lib:format("~w", [Other]).

is_stack([{M, F, _, L} | _]) when is_atom(M), is_atom(F), is_list(L) -> true;
is_stack(_) -> false.
