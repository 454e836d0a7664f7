%% What Erlang takes for the work of a row of `npm run bench:kernel`: one round per line on standard input, its figure as a line on standard output.
%% Must not know what it is compared with. Figures are nanoseconds per operation, or bytes per actor.
-module(kernel_bench).
-behaviour(gen_server).
-export([main/1, start_named/2, start_plain/1, init/1, handle_call/3, handle_cast/2]).

-define(CALLS, 50000).
-define(CASTS, 100000).
-define(MANY, 1000).
-define(SWEEPS, 10).
-define(SPAWNS, 5000).
-define(IDLE, 100000).
-define(MILLION, 1000000).
%% Trees per round, and kills per tree.
-define(KILLS, {20, 100}).
-define(GROUP_KILLS, {5, 20}).

main([Task]) ->
    logger:set_primary_config(level, none),
    rounds(prepare(Task)).

rounds(Round) ->
    case io:get_line("") of
        eof -> halt();
        _ ->
            erlang:garbage_collect(),
            io:put_chars([float_to_list(float(Round()), [{decimals, 1}]), $\n]),
            rounds(Round)
    end.

prepare("call") ->
    {ok, Pid} = start_plain(0),
    fun() -> per(?CALLS, fun() -> calls(Pid, ?CALLS) end) end;
prepare("cast") ->
    {ok, Pid} = start_plain(0),
    fun() -> per(?CASTS, fun() -> casts(Pid, ?CASTS), gen_server:call(Pid, {add, 0}) end) end;
prepare("cast-1000") ->
    Pids = [element(2, start_plain(0)) || _ <- lists:seq(1, ?MANY)],
    fun() ->
        per(10 * ?SWEEPS * ?MANY, fun() -> [swept(Pids) || _ <- lists:seq(1, 10)] end)
    end;
prepare("spawn") ->
    Names = names(?SPAWNS),
    fun() ->
        Sup = dynamic(),
        Took = per(?SPAWNS, fun() -> [{ok, _} = supervisor:start_child(Sup, [N, 0]) || N <- Names] end),
        stop(Sup),
        Took
    end;
prepare("idle") ->
    Names = names(?IDLE),
    fun() -> idle(Names, fun(_) -> ok end) end;
prepare("idle-called") ->
    Names = names(?IDLE),
    fun() -> idle(Names, fun(N) -> gen_server:call(N, {add, 1}) end) end;
prepare("million") ->
    Names = names(?MILLION),
    fun() -> idle(Names, fun(_) -> ok end) end;
prepare("restart") ->
    fun() -> median_of_kills(one_for_one, [w1], ?KILLS, w1, w1) end;
prepare("one-for-all") ->
    Names = names(100),
    [Middle, Last] = [lists:nth(50, Names), lists:last(Names)],
    fun() -> median_of_kills(one_for_all, Names, ?GROUP_KILLS, Middle, Last) end.

median_of_kills(Strategy, Names, {Trees, Kills}, Victim, Last) ->
    median(lists:append([
        begin
            Sup = static(Strategy, Names),
            Took = [restarted(Victim, Last) || _ <- lists:seq(1, Kills)],
            stop(Sup),
            Took
        end
     || _ <- lists:seq(1, Trees)
    ])).

calls(_, 0) -> ok;
calls(Pid, N) -> gen_server:call(Pid, {add, 1}), calls(Pid, N - 1).

casts(_, 0) -> ok;
casts(Pid, N) -> gen_server:cast(Pid, {add, 1}), casts(Pid, N - 1).

%% A sweep casts to each; after some of them each has answered a call.
swept(Pids) ->
    [[gen_server:cast(Pid, {add, 1}) || Pid <- Pids] || _ <- lists:seq(1, ?SWEEPS)],
    [gen_server:call(Pid, {add, 0}) || Pid <- Pids].

idle(Names, Do) ->
    Sup = dynamic(),
    erlang:garbage_collect(),
    Before = erlang:memory(processes),
    [{ok, _} = supervisor:start_child(Sup, [N, 0]) || N <- Names],
    [Do(N) || N <- Names],
    erlang:garbage_collect(Sup),
    erlang:garbage_collect(),
    After = erlang:memory(processes),
    stop(Sup),
    (After - Before) / length(Names).

%% From the kill to the answer of `Last`, which is the last of them to come up again.
restarted(Victim, Last) ->
    Old = whereis(Last),
    From = erlang:monotonic_time(nanosecond),
    exit(whereis(Victim), kill),
    until_up(Last, Old),
    gen_server:call(Last, {add, 1}),
    erlang:monotonic_time(nanosecond) - From.

until_up(Name, Old) ->
    case whereis(Name) of
        Pid when is_pid(Pid), Pid =/= Old -> ok;
        _ -> erlang:yield(), until_up(Name, Old)
    end.

per(N, Work) ->
    From = erlang:monotonic_time(nanosecond),
    Work(),
    (erlang:monotonic_time(nanosecond) - From) / N.

median(Figures) -> lists:nth(length(Figures) div 2 + 1, lists:sort(Figures)).

names(N) -> [list_to_atom("w" ++ integer_to_list(I)) || I <- lists:seq(1, N)].

dynamic() ->
    {ok, Sup} = supervisor:start_link(?MODULE, {
        #{strategy => simple_one_for_one}, [#{id => child, start => {?MODULE, start_named, []}}]
    }),
    Sup.

static(Strategy, Names) ->
    {ok, Sup} = supervisor:start_link(?MODULE, {
        #{strategy => Strategy, intensity => 1000000, period => 1},
        [#{id => N, start => {?MODULE, start_named, [N, 0]}} || N <- Names]
    }),
    Sup.

%% Killed, not asked: what a stop takes is no row.
stop(Sup) ->
    unlink(Sup),
    Down = erlang:monitor(process, Sup),
    Children = [Pid || {_, Pid, _, _} <- supervisor:which_children(Sup), is_pid(Pid)],
    exit(Sup, kill),
    receive {'DOWN', Down, _, _, _} -> ok end,
    [gone(Pid) || Pid <- Children],
    ok.

gone(Pid) ->
    Down = erlang:monitor(process, Pid),
    receive {'DOWN', Down, _, _, _} -> ok end.

start_named(Name, State) -> gen_server:start_link({local, Name}, ?MODULE, State, []).
start_plain(State) -> gen_server:start_link(?MODULE, State, []).

init({_, _} = Supervisor) -> {ok, Supervisor};
init(State) -> {ok, State}.
handle_call({add, N}, _From, State) -> {reply, State + N, State + N}.
handle_cast({add, N}, State) -> {noreply, State + N}.
