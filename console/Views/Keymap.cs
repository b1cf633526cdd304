using SensorNet.Console.Client;

namespace SensorNet.Console.Views;

/// <summary>The operator's own keys: for some actions, by id, other keys than the usual ones.</summary>
/// <param name="Entries">In the order of the file.</param>
/// <param name="File">The file they were read from, for messages.</param>
internal sealed record Keymap(IReadOnlyList<KeymapEntry> Entries, string File)
{
    /// <summary>The keys that the actions are made with.</summary>
    public static Keymap Usual { get; } = new([], "");

    /// <summary>Gives actions their keys.</summary>
    public void Apply(IReadOnlyList<ConsoleAction> actions)
    {
        foreach (var entry in Entries)
        {
            foreach (var action in actions)
            {
                if (action.Id == entry.Action)
                {
                    action.Keys = entry.Keys;
                }
            }
        }
    }

    /// <summary>Whether every entry names an action that there is, and no view has a key twice once they are applied.</summary>
    /// <exception cref="ConfigurationException">It is not so; the message names the line.</exception>
    public void Check(IReadOnlyList<IReadOnlyList<ConsoleAction>> views)
    {
        foreach (var entry in Entries)
        {
            if (!views.Any(actions => actions.Any(a => a.Id == entry.Action)))
            {
                var near = views.SelectMany(a => a).Select(a => a.Id).Where(id => id.EndsWith(entry.Action[(entry.Action.IndexOf('.', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal)).Distinct().Take(3).ToList();
                throw new ConfigurationException(
                    $"{File}:{entry.Line}: there is no action '{entry.Action}'{(near.Count > 0 ? $" (perhaps {string.Join(" or ", near)})" : "")}; 'sensornet keys' lists them");
            }

            foreach (var actions in views.Where(actions => actions.Any(a => a.Id == entry.Action)))
            {
                foreach (var key in entry.Keys)
                {
                    if (actions.FirstOrDefault(a => a.Id != entry.Action && a.Keys.Contains(key)) is { } other)
                    {
                        throw new ConfigurationException($"{File}:{entry.Line}: '{key}' is already the key of {other.Id}; give that another one in this file");
                    }
                }
            }
        }
    }
}
