using System;
using System.Threading.Tasks;

namespace Shop
{
    /// <summary>Load has a namesake in Customers.</summary>
    public static class Orders
    {
        public static void Load(string number)
        {
            throw new ArgumentException($"no record {number} of 2026-03-01 in /var/lib/shop/{number}.json");
        }

        static async Task<int> FetchOne(string number)
        {
            await Task.Yield();
            throw new InvalidOperationException("order is locked");
        }

        public static async Task<int> Fetch(string number)
        {
            return await FetchOne(number) + 1;
        }
    }
}
