using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header. Text is printable ASCII (gRPC over HTTP/2, "ASCII-Value").</summary>
    public class Entry
    {
        private static readonly SearchValues<char> s_keyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        private readonly string? _text;
        private readonly byte[]? _octets;

        /// <exception cref="ArgumentException">The key has other characters than <c>a-z 0-9 _ - .</c> or ends in <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            Key = Normalize(key);
            if (HasBinarySuffix(Key))
            {
                throw new ArgumentException($"A key that ends in {BinaryHeaderSuffix} needs octets.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(value);
            _text = value;
        }

        /// <exception cref="ArgumentException">The key has other characters than <c>a-z 0-9 _ - .</c> or does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            if (!HasBinarySuffix(Key))
            {
                throw new ArgumentException($"Octets need a key that ends in {BinaryHeaderSuffix}.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(valueBytes);
            _octets = (byte[])valueBytes.Clone();
        }

        /// <summary>In lower case.</summary>
        public string Key { get; }

        /// <exception cref="InvalidOperationException">The entry carries octets.</exception>
        public string Value => _text ?? throw new InvalidOperationException("The entry carries octets: use ValueBytes.");

        /// <summary>The octets, or the text in ASCII; a copy.</summary>
        public byte[] ValueBytes => _octets is null ? Encoding.ASCII.GetBytes(_text!) : (byte[])_octets.Clone();

        public bool IsBinary => _octets is not null;

        internal byte[] Octets => _octets!;

        public override string ToString() => IsBinary ? $"[Entry: key={Key}, valueBytes={_octets!.Length} octets]" : $"[Entry: key={Key}, value={_text}]";

        internal static bool HasBinarySuffix(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(s_keyCharacters))
            {
                throw new ArgumentException("A metadata key has only letters, digits, '_', '-' and '.'.", nameof(key));
            }

            return lower;
        }
    }
}
