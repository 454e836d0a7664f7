# What Elixir's Registry takes to publish to 1,000 subscribers: one round per line on standard input, its figure as a line on standard output.
# Must not know what it is compared with. Figures are nanoseconds per publish, everything delivered and handled.
defmodule RegistryBench do
  @subscribers 1000
  @publishes 500

  def main do
    {:ok, _} = Registry.start_link(keys: :duplicate, name: RegistryBench.Topics)
    owner = self()
    pids = for _ <- 1..@subscribers, do: spawn_link(fn -> subscribe(owner) end)
    for pid <- pids, do: receive(do: ({:subscribed, ^pid} -> :ok))
    rounds(pids)
  end

  defp rounds(pids) do
    case IO.gets("") do
      :eof ->
        System.halt()

      _ ->
        :erlang.garbage_collect()
        IO.puts(round_of(pids))
        rounds(pids)
    end
  end

  defp round_of(pids) do
    from = System.monotonic_time(:nanosecond)

    for _ <- 1..@publishes do
      Registry.dispatch(RegistryBench.Topics, "topic", fn entries ->
        for {pid, _} <- entries, do: send(pid, {:published, 1})
      end)

      # Handled by the last: with more than one scheduler others may still be at it, which is in Elixir's favour.
      last = List.last(pids)
      send(last, {:settle, self()})
      receive(do: ({:settled, ^last} -> :ok))
    end
    (System.monotonic_time(:nanosecond) - from) / @publishes
  end

  defp subscribe(owner) do
    {:ok, _} = Registry.register(RegistryBench.Topics, "topic", nil)
    send(owner, {:subscribed, self()})
    listen(0)
  end

  defp listen(count) do
    receive do
      {:published, n} ->
        listen(count + n)

      {:settle, from} ->
        send(from, {:settled, self()})
        listen(count)
    end
  end
end

RegistryBench.main()
